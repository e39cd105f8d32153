// Which upload a file belongs to, kept over a reload of the page. A full or
// forbidden store only means that the file starts from the beginning.
// Uppy's id of a file is made of its name, kind, size and time of change.
const PREFIX = "kho-upload:";

function safely(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/** {upload, name, size} of a file of which parts may be on the server, or null. */
export const recall = (id) => safely(() => JSON.parse(localStorage.getItem(PREFIX + id)));
export const remember = ({ id, name, size }, upload) => safely(() => localStorage.setItem(PREFIX + id, JSON.stringify({ upload, name, size })));
export const forget = (id) => safely(() => localStorage.removeItem(PREFIX + id));
/** Ids of all remembered files. */
export const remembered = () =>
  safely(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length))) ?? [];
