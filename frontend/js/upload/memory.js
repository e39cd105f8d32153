// Which upload a file belongs to, kept over a reload of the page. A full or
// forbidden store only means that the file starts from the beginning.
const key = (file) => `kho-upload:${file.name}:${file.size}:${file.lastModified}`;

function safely(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export const recall = (file) => safely(() => localStorage.getItem(key(file)));
export const remember = (file, id) => safely(() => localStorage.setItem(key(file), id));
export const forget = (file) => safely(() => localStorage.removeItem(key(file)));
