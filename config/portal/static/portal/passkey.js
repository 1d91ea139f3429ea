/* Passkeys: leads our forms to allauth's WebAuthn calls, and says in words what went wrong.
   <form data-passkey="login|authenticate|add"> holds a field "credential" and a button; its options
   stand in the element that data-options names. Without script the form stays hidden. */
(() => {
  "use strict";
  const forms = window.allauth?.webauthn?.forms;
  if (!forms || !window.PublicKeyCredential) return;
  const kinds = { login: "loginForm", authenticate: "authenticateForm", add: "addForm" };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const kind = form.dataset.passkey;
    const button = form.querySelector("button").id;
    const ids = { credential: form.elements.credential.id, data: form.dataset.options };
    ids[kind] = button;
    if (kind === "add") ids.passwordless = form.elements.passwordless.id;
    forms[kinds[kind]]({ ids });
    form.closest("[data-with-passkey]")?.removeAttribute("hidden");
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const line = document.getElementById("passkey-error");
    if (!line) return;
    const name = event.detail.exception?.name;
    line.querySelector("[data-text]").textContent =
      name === "InvalidStateError" ? line.dataset.known : name === "NotAllowedError" ? line.dataset.stopped : line.dataset.failed;
    line.hidden = false;
    line.focus();
  });
})();
