// Kho's own script on every page. Each part adds comfort to something that
// already works as a plain link, form or <details>; parts listen on the
// document, so that what htmx swaps in later behaves alike.
import "./parts/menu.js";
import "./parts/sheet.js";
import "./parts/combobox.js";
import "./parts/disclosure.js";
import "./parts/keys.js";
import "./parts/theme.js";
import "./parts/copy.js";
import "./parts/print.js";
import "./parts/line.js";
import "./parts/pages.js";
import "./parts/swaps.js";
