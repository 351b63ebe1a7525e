// The progress of a run as it comes. Everything is put in as text; the page says the same without this file.
"use strict";
(() => {
  const section = document.getElementById("progress");
  const at = (id) => document.getElementById(id);
  const run = section.dataset.events.split("events")[0];
  const now = new Map();
  const marks = new Map();
  for (const one of document.querySelectorAll("#counts b")) marks.set(one.dataset.verdict, one.parentElement);

  const left = (seconds) => {
    if (!seconds) return "";
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `, ${h ? `${h} h ${m} min` : m ? `${m} min ${s} s` : `${s} s`} left`;
  };
  const part = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const failed = (event) => {
    const line = document.createElement("li");
    const mark = marks.get(event.verdict);
    if (mark) line.append(mark.querySelector(".mark").cloneNode(true), " ");
    const link = part("a", event.name);
    link.href = `${run}report/${encodeURIComponent(event.scenario.replaceAll("/", "__"))}.html`;
    line.append(link, `: ${event.because}`);
    for (const check of event.checks) {
      if (`${check.id}: ${check.reason}` === event.because) continue;
      line.append(document.createElement("br"), part("span", `${check.id} (${check.reason_code}): ${check.reason}`, "quiet"));
    }
    at("failed").append(line);
  };
  const take = (event) => {
    if (event.event === "started") {
      location.reload();
    } else if (event.event === "began") {
      now.set(event.scenario, event.name);
    } else if (event.event === "ended") {
      now.delete(event.scenario);
      const count = marks.get(event.verdict)?.querySelector("b");
      if (count) count.textContent = Number(count.textContent) + 1;
      at("bar").value += 1;
      at("done").textContent = Number(at("done").textContent) + 1;
      at("left").textContent = left(event.left_s);
      if (event.verdict !== "pass") failed(event);
    }
    at("now").textContent = [...now.values()].join("; ") || "nothing";
  };
  const events = new EventSource(section.dataset.events);
  events.addEventListener("progress", (message) => take(JSON.parse(message.data)));
  events.addEventListener("changed", () => { events.close(); location.reload(); });
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) at("state").append(" (the console does not answer)"); });
})();
