"use strict";
// What the pages do beyond showing: nothing that they need in order to be read.

// The page of a running batch: each event moves its progress and the rows of the platforms that have ended; the last one shows the whole page.
(() => {
  const live = document.getElementById("live");
  if (!live || !live.dataset.events || !window.EventSource) return;
  const rows = new Map([...document.querySelectorAll("#rows tr[data-platform]")].map((row) => [row.dataset.platform, row]));
  const bar = live.querySelector("progress");
  const text = live.querySelector("span");
  const show = (row, told) => {
    const [verdict, items, added] = row.querySelectorAll("td");
    const word = verdict.querySelector(".word");
    word.textContent = told.verdict;
    word.className = "word " + told.colour;
    items.textContent = told.items.toLocaleString("en");
    added.textContent = told.new.toLocaleString("en");
    row.querySelector(".why").textContent = told.evidence || "";
  };
  const source = new EventSource(live.dataset.events);
  source.addEventListener("step", (event) => {
    const told = JSON.parse(event.data);
    bar.max = Math.max(told.planned, 1);
    bar.value = told.done;
    if (text.textContent !== told.progress) text.textContent = told.progress;
    for (const each of told.rows) {
      const row = rows.get(each.platform);
      if (row) show(row, each);
    }
  });
  source.addEventListener("ended", () => {
    source.close();
    location.reload();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) text.textContent = live.dataset.lost;
  });
})();

// The calendar of platforms begins at its last day.
for (const box of document.querySelectorAll(".calendar")) box.scrollLeft = box.scrollWidth;
