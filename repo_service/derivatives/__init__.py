"""What is made of a file after upload: text, thumbnails, page previews."""
