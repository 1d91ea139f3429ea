/* Names for the controls that Django's admin leaves without one: halves of a date and time, cells of inline tables,
   boxes that are chosen by typing. The page works without it; who cannot see it needs it. */
"use strict";
(() => {
  const words = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");

  const heading = (cell) => {
    const head = cell.closest("table").tHead;
    return words(head && head.rows[0].cells[cell.cellIndex]);
  };

  const question = (control) => {
    const own = control.id && document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    if (own) return words(own);
    const cell = control.closest("td");
    if (cell) return heading(cell);
    const row = control.closest(".form-row");
    return words(row && row.querySelector("label, legend"));
  };

  const part = (control) => (control.matches(".vDateField") ? ", date" : control.matches(".vTimeField") ? ", time" : "");

  const name = (control, said) => {
    if (said && !control.hasAttribute("aria-label")) control.setAttribute("aria-label", said);
  };

  const nameAll = () => {
    const content = document.getElementById("content");
    if (!content) return;
    for (const cell of content.querySelectorAll(".tabular tbody td")) cell.dataset.label = heading(cell);
    for (const control of content.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!control.labels || !control.labels.length) name(control, question(control) + part(control));
    }
    for (const box of content.querySelectorAll(".select2-container")) {
      const select = box.previousElementSibling;
      const said = select ? question(select) : "";
      for (const inner of box.querySelectorAll(".select2-selection, .select2-selection__rendered")) name(inner, said);
    }
  };

  window.addEventListener("load", nameAll);
  // Boxes are made when jQuery says that it is ready, in turn: those registered before us are done then.
  if (window.django && window.django.jQuery) window.django.jQuery(nameAll);
  document.addEventListener("formset:added", () => setTimeout(nameAll));
})();
