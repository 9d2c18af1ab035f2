/* Forms that a passkey fills in: data-passkey says "create" or "get", data-options what the server asks for.
   The browser's answer goes into the field "answer" and the form is sent as any other. */
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const FAULTS = {
    InvalidStateError: "Khóa này đã được thêm rồi.",
    NotAllowedError: "Chưa dùng được khóa: đã bấm hủy, hoặc hết thời gian chờ. Hãy thử lại.",
    SecurityError: "Địa chỉ này không dùng được khóa truy cập: cần tên máy và HTTPS. Hãy dùng ứng dụng sinh mã.",
  };

  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
    for (const known of options.allowCredentials ?? []) known.id = bytes(known.id);
    return options;
  }

  function sendable(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const answer = form.elements.namedItem("answer"), fault = form.querySelector("[data-passkey-fault]");
    const say = (sentence) => { fault.textContent = sentence; fault.hidden = false; fault.setAttribute("role", "alert"); };
    form.addEventListener("submit", async (event) => {
      if (answer.value) return;
      event.preventDefault();
      event.stopPropagation();
      if (!window.PublicKeyCredential) { say("Trình duyệt này không hỗ trợ khóa truy cập. Hãy dùng ứng dụng sinh mã."); return; }
      fault.hidden = true;
      try {
        const publicKey = readable(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
        answer.value = sendable(credential);
        form.requestSubmit(event.submitter);
      } catch (error) {
        say(FAULTS[error.name] ?? "Chưa dùng được khóa truy cập. Hãy thử lại, hoặc dùng cách khác.");
      }
    });
  }
})();
