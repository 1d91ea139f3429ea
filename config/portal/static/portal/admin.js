/* Names for the controls that Django's admin leaves without one: halves of a date and time, cells of inline tables,
   boxes that are chosen by typing. The page works without it; who cannot see it needs it. And what is quicker with
   a script: rows that change places, and the grid. */
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

  /* Rows with a place: two buttons exchange it with the row above or below. The field itself stays. */
  const places = (row) => row.querySelector("td.field-order input");
  const placed = (table) => [...table.querySelectorAll("tr.form-row:not(.empty-form)")].filter(places);
  const kind = (row) => (row.querySelector("td.field-clock select, td.field-urgency select") || {}).value;
  const beyond = (row, step) => {
    const rows = placed(row.closest("table"));
    const other = rows[rows.indexOf(row) + step];
    return other && kind(other) === kind(row) && places(other).value && places(row).value ? other : null;
  };
  const refresh = (table) => {
    for (const row of placed(table)) for (const button of row.querySelectorAll("[data-move]")) button.setAttribute("aria-disabled", !beyond(row, +button.dataset.move));
  };
  const move = (row, step, button) => {
    const other = beyond(row, step);
    if (!other) return;
    const [mine, theirs] = [places(row), places(other)];
    [mine.value, theirs.value] = [theirs.value, mine.value];
    other[step < 0 ? "before" : "after"](row);
    button.focus();
    refresh(row.closest("table"));
    document.getElementById("moved").textContent = `Place ${mine.value}. Save to keep it.`;
  };
  const giveButtons = () => {
    for (const table of document.querySelectorAll("#content .tabular table")) {
      for (const row of placed(table)) {
        if (row.querySelector("[data-move]")) continue;
        const box = document.createElement("span");
        box.className = "moves";
        for (const [step, sign, said] of [[-1, "↑", "Move up"], [1, "↓", "Move down"]]) {
          const button = Object.assign(document.createElement("button"), { type: "button", className: "btn s", textContent: sign, title: said });
          button.setAttribute("aria-label", said);
          button.dataset.move = step;
          button.addEventListener("click", () => move(row, step, button));
          box.append(button);
        }
        places(row).after(box);
      }
      if (!table.dataset.moves && placed(table).length) {
        table.dataset.moves = "";
        table.addEventListener("input", () => refresh(table));
      }
      refresh(table);
    }
  };
  const status = Object.assign(document.createElement("p"), { id: "moved", className: "vh" });
  status.setAttribute("role", "status");
  document.body.append(status);
  giveButtons();
  document.addEventListener("formset:added", () => setTimeout(giveButtons));

  /* The grid: arrows and Enter go from cell to cell, Escape puts one back, what is not saved is counted. */
  const grid = document.getElementById("grid");
  if (!grid) return;
  const fields = () => [...grid.querySelectorAll("td input[type=text]")];
  const count = grid.querySelector("[data-count]");
  const mark = (field) => {
    field.toggleAttribute("data-changed", field.value !== field.defaultValue);
    const number = new Set(fields().filter((one) => one.value !== one.defaultValue).map((one) => one.closest("td"))).size;
    count.hidden = !number;
    count.textContent = number === 1 ? "1 cell is not saved." : `${number} cells are not saved.`;
  };
  const beside = (field, down, right) => {
    const cell = field.closest("td");
    const row = down ? cell.parentElement[down > 0 ? "nextElementSibling" : "previousElementSibling"] : cell.parentElement;
    const other = row?.cells[cell.cellIndex + right];
    const place = [...cell.querySelectorAll("input[type=text]")].indexOf(field);
    return other?.querySelectorAll("input[type=text]")[place];
  };
  grid.addEventListener("input", (event) => {
    if (!event.target.closest("td")) return;
    event.target.dataset.typing = "";                          // while somebody types, the arrows choose from the list
    mark(event.target);
  });
  grid.addEventListener("focusout", (event) => delete event.target.dataset.typing);
  grid.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("td input[type=text]") || event.altKey || event.ctrlKey || event.metaKey) return;
    const isTyping = "typing" in field.dataset;
    const atStart = field.selectionEnd === 0 || field.selectionEnd - field.selectionStart === field.value.length;
    const atEnd = field.selectionStart === field.value.length || atStart;
    const way = { Enter: [1, 0], ArrowDown: !isTyping && [1, 0], ArrowUp: !isTyping && [-1, 0], ArrowLeft: !isTyping && atStart && [0, -1], ArrowRight: !isTyping && atEnd && [0, 1] }[event.key];
    if (event.key === "Escape") { field.value = field.defaultValue; delete field.dataset.typing; mark(field); return; }
    if (!way) return;
    event.preventDefault();
    const next = beside(field, ...way);
    if (next) { next.focus(); next.select(); }
  });
})();
