// The line went away or came back: said once, politely, in the page.
const note = document.querySelector("[data-line]");
const follow = () => note && (note.hidden = navigator.onLine);
addEventListener("online", follow);
addEventListener("offline", follow);
follow();
