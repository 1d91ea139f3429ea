/* Muster without a build. Every page works without this file. It ticks the clocks, keeps the live parts calm,
   says when contact is lost, stops double presses and answers to "/". Words come from <body data-words>, so they
   equal the server's (config/portal/words.py); a test holds the two to the same list. */
(() => {
  "use strict";
  const body = document.body;
  const say = (text) => {
    const line = document.getElementById("status");
    if (line) { line.textContent = ""; setTimeout(() => { line.textContent = text; }, 50); }
  };

  /* ---- Words: the same grammar as the server ---- */
  const words = JSON.parse(body.dataset.words || "{}");
  const put = (pattern, ...values) => values.reduce((text, value) => text.replace("%s", value), pattern);
  const span = (seconds) => {                     // 47 min, 3 h 05, 20 h, 2 days
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return words.brief;
    if (minutes < 60) return put(words.minutes, minutes);
    const hours = Math.floor(minutes / 60);
    if (hours >= 48) return put(words.days, Math.floor(hours / 24));
    if (hours >= 10 || minutes % 60 === 0) return put(words.hours, hours);
    return put(words.both, hours, String(minutes % 60).padStart(2, "0"));
  };
  const late = (left) => left <= -60;
  const forms = {
    in: (left) => (late(left) ? put(words.late, span(-left)) : left < 60 ? words.now : put(words.in, span(left))),
    left: (left) => (late(left) ? put(words.late, span(-left)) : left < 60 ? words.now : put(words.left, span(left))),
    bare: (left) => (late(left) ? put(words.late, span(-left)) : left < 60 ? words.now : span(left)),
    since: (left) => span(Math.max(0, -left)),
  };

  /* ---- Countdowns and ages: each 15 s, each second below 2 min ---- */
  const skew = body.dataset.now ? Date.parse(body.dataset.now) - Date.now() : 0;
  const spoken = new Map();
  const speak = (node, left) => {                 // the status line speaks at 5 min, at 1 min and when due
    const before = spoken.get(node.dataset.say) ?? left;
    spoken.set(node.dataset.say, left);
    const mark = [300, 60, 0].find((edge) => before > edge && left <= edge);
    if (mark !== undefined) say(`${forms.in(mark || left)}. ${node.dataset.say}`);
  };
  const tick = () => {
    let nearest = Infinity;
    const now = Date.now() + skew;
    for (const node of document.querySelectorAll("[data-due]")) {
      const left = (Date.parse(node.dataset.due) - now) / 1000;
      const form = node.dataset.form || "in";
      const text = forms[form](left);
      if (node.textContent !== text) node.textContent = text;
      if (form !== "since") nearest = Math.min(nearest, Math.abs(left));
      const pill = node.closest(".in");
      if (pill) {
        pill.classList.toggle("late", late(left));
        pill.classList.toggle("soon", !late(left) && left <= Number(words.soon));
      }
      if (node.dataset.say) speak(node, left);
    }
    setTimeout(tick, nearest < 120 ? 1000 : 15000);
  };
  tick();

  /* ---- Live parts (data-live): calm refreshes, and a word when contact is lost ---- */
  const isField = (node) => node && node.matches && node.matches("input, textarea, select, [contenteditable]");
  const asker = (event) => event.detail.requestConfig?.elt || event.detail.elt;     // the link, not what it fills
  const isLive = (event) => asker(event)?.hasAttribute("data-live");
  let heard = Date.now();
  const lost = document.getElementById("contact-lost");
  const hear = () => { heard = Date.now(); if (lost) lost.hidden = true; };
  const calm = (old, fresh) => {                  // make one node like another; what is alike stays, focus and all
    if (old.isEqualNode(fresh) || old.dataset?.sent || "keep" in (old.dataset || {})) return;
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id || "") !== (fresh.id || "")) { old.replaceWith(fresh); return; }
    if (old.nodeType !== Node.ELEMENT_NODE) { old.nodeValue = fresh.nodeValue; return; }
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    calmInside(old, fresh);
  };
  const calmInside = (old, fresh) => {            // nodes with an id keep themselves; what holds the focus is never moved
    fresh.normalize();
    const kept = new Set([...fresh.childNodes].map((node) => node.id).filter(Boolean));
    const stays = (node) => node.id && kept.has(node.id);
    let at = old.firstChild;
    const drop = () => { const gone = at; at = at.nextSibling; if (stays(gone)) old.append(gone); else gone.remove(); };
    for (const node of [...fresh.childNodes]) {
      let same = node.id ? [...old.children].find((child) => child.id === node.id) : at;
      if (!node.id) while (same && !stays(same) && same.nodeName !== node.nodeName) same = same.nextSibling;
      if (!same || (!node.id && stays(same))) { old.insertBefore(node, at); continue; }
      if (node.id && same !== at && !same.contains(document.activeElement)) old.insertBefore(same, at);
      else while (at !== same) drop();
      if (at === same) at = at.nextSibling;
      calm(same, node);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };
  window.htmx?.defineExtension("calm", {
    isInlineSwap: () => false,
    handleSwap: (style, target, fragment) => { if (style === "calm") calmInside(target, fragment); return style === "calm" && [target]; },
  });
  const news = new Set();
  const announce = (isFirst) => {                 // the status line speaks of what was not there before, and of nothing else
    const fresh = [...document.querySelectorAll("[data-announce]")].filter((node) => !news.has(node.id));
    for (const node of fresh) news.add(node.id);
    if (fresh.length && !isFirst) say(fresh.map((node) => node.dataset.announce).join(". "));
  };
  announce(true);
  const tags = new Map();
  document.addEventListener("htmx:configRequest", (event) => {
    const tag = isLive(event) && tags.get(event.detail.path);
    if (tag) event.detail.headers["If-None-Match"] = tag;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLive(event) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {       // a page that asks to sign in is no live part
    if (isLive(event) && !event.detail.xhr.getResponseHeader("As-Of")) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", () => announce(false));
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, pathInfo } = event.detail;
    const asOf = isLive(event) && xhr?.getResponseHeader("As-Of");
    if (asOf) {
      hear();
      tags.set(pathInfo.requestPath, xhr.getResponseHeader("ETag"));
      for (const node of document.querySelectorAll(".asof time, #contact-lost time")) node.textContent = asOf;
      for (const node of document.querySelectorAll("#contact-lost [data-due]")) node.dataset.due = new Date(Date.now() + skew).toISOString();
    }
    const form = asker(event)?.closest("form");
    if (form) release(form);
  });
  document.addEventListener("say", (event) => say(event.detail.value));      // HX-Trigger: {"say": "…"}
  document.addEventListener("visibilitychange", () => { if (!document.hidden) heard = Math.max(heard, Date.now() - 20000); });
  setInterval(() => {
    if (lost && lost.hidden && !document.hidden && document.querySelector("[data-live]") && Date.now() - heard > 30000) {
      lost.hidden = false;
      say(lost.textContent.trim());
    }
  }, 1000);

  /* ---- One press, one act ---- */
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  }, true);
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* ---- Drafts (data-draft): what is typed is kept by the server, which finds the words, until the form is sent ---- */
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const note = form.querySelector("[data-draft-note]");
    let timer, isNew = false, wasWell;
    const keep = () => {
      clearTimeout(timer);
      if (!isNew || form.dataset.sent) return;
      isNew = false;
      const typed = new URLSearchParams(new FormData(form));
      for (const name of ["draft", "turn"]) typed.set(name, form.dataset[name]);
      fetch(note.dataset.to, { method: "POST", body: typed, headers: { "HX-Request": "true" }, keepalive: document.hidden })
        .then((answer) => [answer.ok, JSON.parse(answer.headers.get("HX-Trigger") || "{}").say]).catch(() => [])
        .then(([isWell = false, text = note.dataset.lost]) => {
          note.textContent = text;
          if (isWell !== wasWell) say(text);        // said once, and again when it changes
          isNew ||= !isWell; wasWell = isWell;
        });
    };
    form.addEventListener("input", () => { isNew = true; clearTimeout(timer); timer = setTimeout(keep, 1500); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  }

  /* ---- Small comforts ---- */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isField(document.activeElement)) return;
    if (document.documentElement.dataset.keys === "off") return;
    const fields = [...document.querySelectorAll("main input[type=search]"), ...document.querySelectorAll("input[type=search]")];
    const field = fields.find((node) => node.offsetParent);     // the page's own search before the portal's
    if (field) { event.preventDefault(); field.focus(); }
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(() => say(button.dataset.copied)));
  }
  for (const note of document.querySelectorAll("[data-left-of]")) {           // "44 characters left"
    const field = document.getElementById(note.dataset.leftOf);
    const count = () => { note.textContent = put(note.dataset.text, field.maxLength - field.value.length); };
    if (field && field.maxLength > 0) { field.addEventListener("input", count); count(); }
  }
  document.querySelector("[data-error-summary]:not(.guide *)")?.focus();
})();
