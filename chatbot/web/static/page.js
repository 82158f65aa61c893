// Shows each time on the reader's own clock too, and opens events without leaving the page.
// Everything works without it: times are then in UTC, and events have pages of their own.

const language = document.body.dataset.locale;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const PARTS = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "short" },
  whole: { weekday: "long", day: "numeric", month: "long" },
};

function format(when, parts) {
  return new Intl.DateTimeFormat(language, { ...parts, numberingSystem: "latn" }).format(when);
}

function isElsewhere(when) {
  return when.getTimezoneOffset() !== 0;
}

function isOtherDay(when) {
  return when.getDate() !== when.getUTCDate();
}

function onOwnClock(time) {
  const starts = new Date(time.dateTime);
  const kind = time.dataset.yours;
  let words = format(starts, PARTS.time);
  if (kind !== "time") words = `${format(starts, PARTS[kind])}, ${words}`;
  else if (isOtherDay(starts)) words = `${format(starts, PARTS.day)}, ${words}`;
  if (time.dataset.until) words += `–${format(new Date(time.dataset.until), PARTS.time)}`;
  return words;
}

function showOwnTimes(within) {
  const template = document.body.dataset.yourTime;
  for (const time of within.querySelectorAll("time[data-yours]")) {
    if (!isElsewhere(new Date(time.dateTime))) continue;
    const yours = document.createElement("span");
    yours.className = "yours";
    yours.textContent = template.replace("%s", onOwnClock(time));
    const slot = time.closest(".slot .at, .taken .at");
    (slot ?? time.parentElement).append(yours);
    delete time.dataset.yours;
  }
}

function showZone() {
  if (!isElsewhere(new Date())) return;
  for (const note of document.querySelectorAll("[data-zone]")) {
    note.textContent = document.body.dataset.timesYours.replace("%s", zone);
    note.hidden = false;
  }
}

async function article(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = document.importNode(page.querySelector("#event"), true);
  const title = found.querySelector("h1");
  const heading = document.createElement("h2");
  for (const each of title.attributes) heading.setAttribute(each.name, each.value);
  heading.append(...title.childNodes);
  title.replaceWith(heading);
  return found;
}

async function open(dialog, link) {
  const found = await article(link.href);
  dialog.querySelector("div").replaceChildren(found);
  dialog.querySelector(".whole a").href = link.href;
  showOwnTimes(found);
  dialog.showModal();
  dialog.scrollTop = 0;
  dialog.addEventListener("close", () => link.focus(), { once: true });
}

function popUp(dialog) {
  document.addEventListener("click", (press) => {
    if (press.target === dialog) dialog.close();
    const link = press.target.closest?.("a[data-event]");
    if (!link || press.button || press.metaKey || press.ctrlKey || press.shiftKey) return;
    press.preventDefault();
    open(dialog, link).catch(() => location.assign(link.href));
  });
}

showOwnTimes(document);
showZone();
const dialog = document.querySelector("#event-dialog");
if (dialog?.showModal) popUp(dialog);
