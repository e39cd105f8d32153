// htmx as its own file: cached apart from our script, configured by <meta name="htmx-config">.
import "htmx.org";
