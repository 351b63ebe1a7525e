"use strict";
const button = document.getElementById("expand");
const parts = document.querySelectorAll("details");
button.hidden = false;
button.addEventListener("click", () => {
  const open = button.getAttribute("aria-pressed") !== "true";
  for (const part of parts) part.open = open;
  button.setAttribute("aria-pressed", String(open));
  button.textContent = open ? "Close everything" : "Open everything";
});
