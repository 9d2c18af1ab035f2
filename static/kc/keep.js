/* Nothing typed is lost.

   <form data-keep="KEY" [data-save-url="…" data-version="7"]>: every change is written to this machine at once
   (localStorage, per person and form), and, with a save URL, sent to the server. What the server has confirmed is
   forgotten here; what it has not is put back when the page opens again. Each kept field remembers the value that
   was stored when typing began (its base): so a newer value from elsewhere is seen, and both are shown. The answers
   of the save URL are described in templates/components/README.md. */
(() => {
  "use strict";

  const PREFIX = "kc.keep:", WAIT = 1500, TIMEOUT = 20_000, LONGEST_RETRY = 60_000, KEEPALIVE_LIMIT = 60_000;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "version", "nonce"]);
  const user = document.body.dataset.user;

  const store = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } },
    write(key, fields) {
      try {
        if (Object.keys(fields).length) localStorage.setItem(key, JSON.stringify(fields));
        else localStorage.removeItem(key);
        return true;
      } catch { return false; }
    },
  };

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const clock = (time) => new Date(time).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const lines = (value) => String(value ?? "").replaceAll("\r\n", "\n");
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // ── Reading and setting fields by name; a value is a list of strings ─────────────────────────────────────

  const controls = (form, name) => [...form.elements].filter((control) => control.name === name);
  const isKept = (control) => control.name && !control.disabled && !NOT_KEPT.has(control.name)
    && !["file", "password", "hidden", "submit", "button", "reset", "image", "fieldset", "output"].includes(control.type);

  function read(form, name, stored = false) {
    return controls(form, name).filter(isKept).flatMap((control) => {
      if (control.type === "checkbox" || control.type === "radio") {
        return (stored ? control.defaultChecked : control.checked) ? [control.value] : [];
      }
      if (control.matches("select")) {
        const chosen = [...control.options].filter((option) => (stored ? option.defaultSelected : option.selected));
        return (chosen.length || control.multiple || !control.options.length ? chosen : [control.options[0]])
          .map((option) => option.value);
      }
      const text = lines(stored ? control.defaultValue : control.value);
      return [control.matches("[data-money]") && /^[\d. ]+$/.test(text) ? text.replace(/[. ]/g, "") : text];
    });
  }

  function set(form, name, value) {
    controls(form, name).filter(isKept).forEach((control, index) => {
      if (control.type === "checkbox" || control.type === "radio") control.checked = value.includes(control.value);
      else if (control.matches("select")) for (const option of control.options) option.selected = value.includes(option.value);
      else {
        const text = value[index] ?? "";
        control.value = control.matches("[data-money]") && /^\d+$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ".") : text;
      }
      const table = control.closest("[data-estimate]");
      if (table) window.kc.estimate(table);
    });
  }

  function shown(form, name, value) {
    const control = controls(form, name)[0];
    const labels = value.map((one) => {
      if (control?.matches("select")) return [...control.options].find((option) => option.value === one)?.text ?? one;
      if (control?.type === "radio" || control?.type === "checkbox") {
        return controls(form, name).find((choice) => choice.value === one)?.labels?.[0]?.innerText.trim() ?? one;
      }
      return one;
    });
    return labels.join(", ") || "(để trống)";
  }

  function makeRow(form, name) {
    const row = /^(.+)-(\d+)-[^-]+$/.exec(name);
    const rows = row && form.querySelector(`[data-rows="${CSS.escape(row[1])}"]`);
    for (let tries = 0; rows && tries < 200 && !controls(form, name).length; tries += 1) window.kc.addRow(rows);
  }

  // ── One kept form ───────────────────────────────────────────────────────────────────────────────────────

  class Kept {
    constructor(form) {
      this.form = form;
      this.key = `${PREFIX}${user}:${form.dataset.keep}`;
      this.saveUrl = form.dataset.saveUrl ?? "";
      this.base = new Map();
      this.changed = new Set();
      this.conflicts = new Set();
      this.failures = 0;
      this.refusals = 0;
      this.running = null;
      this.blocked = false;
      this.away = false; // signed out: the way back stays where it is while the save is tried again
      for (const control of form.elements) if (isKept(control)) this.learn(control.name);
      this.status = element("p", { className: "kc-keep" }, element("span", { className: "kc-dot", ariaHidden: "true" }),
        element("span"));
      this.status.setAttribute("role", "status");
      this.status.hidden = true;
      (form.querySelector(".kc-buttons") ?? form).append(this.status);
      this.putBack();
      form.addEventListener("input", (event) => this.note(event.target));
      form.addEventListener("change", (event) => this.note(event.target));
      form.addEventListener("focusout", () => { if (this.changed.size) this.soon(0); });
    }

    learn(name) { if (!this.base.has(name)) this.base.set(name, read(this.form, name, true)); }

    say(is, text, link) {
      const place = this.status.lastElementChild;
      this.status.hidden = false;
      this.status.dataset.is = is;
      if (place.textContent !== text || link) place.replaceChildren(text, ...(link ? [" ", link] : []));
    }

    // ── On this machine ──

    note(control) {
      const names = control === this.form ? this.newNames() : isKept(control) ? [control.name] : [];
      if (!names.length) return;
      const fields = store.read(this.key);
      for (const name of names) {
        this.learn(name);
        const value = read(this.form, name), base = this.base.get(name);
        if (same(value, base)) delete fields[name];
        else fields[name] = { v: value, b: base, t: Date.now() };
        this.changed.add(name);
        controls(this.form, name).forEach((each) => each.classList.remove("kc-restored"));
      }
      this.safe = store.write(this.key, fields);
      if (!this.safe) this.say("refused", "Máy này không cho giữ chữ đã gõ: hãy lưu trước khi rời trang.");
      else if (!this.saveUrl) this.say("held", "Đang giữ trên máy này, chưa gửi.");
      if (this.saveUrl) this.soon(WAIT);
    }

    newNames() { // of rows that were just added
      return [...this.form.elements].filter((control) => isKept(control) && !this.base.has(control.name)).map((control) => control.name);
    }

    putBack() {
      // A page that came back refused shows what this tab has just sent, though nothing of it is stored.
      const fields = store.read(this.key), answered = this.form.querySelector(".is-invalid, [data-summary], .kc-note-error") !== null;
      let restored = 0, oldest = Date.now();
      for (const [name, { v, b, t }] of Object.entries(fields)) {
        makeRow(this.form, name);
        if (!controls(this.form, name).some(isKept)) continue;
        this.learn(name);
        const stored = this.base.get(name);
        if (answered) this.base.set(name, b);
        if (same(v, stored)) {
          if (answered) this.changed.add(name); else delete fields[name];
        } else if (answered || same(stored, b) || same(stored, [""]) || !stored.length) {
          set(this.form, name, v);
          this.changed.add(name);
          for (const control of controls(this.form, name)) control.classList.add("kc-restored");
          restored += 1;
          oldest = Math.min(oldest, t);
        } else this.conflict(name, v, stored);
      }
      store.write(this.key, fields);
      if (restored) {
        const discard = element("button", { type: "button", className: "btn btn-link btn-sm p-0", textContent: "Bỏ, lấy bản đã lưu" });
        discard.addEventListener("click", () => this.discard());
        this.say("held", `Đã đưa lại ${restored} chỗ gõ dở từ ${clock(oldest)} trên máy này.`, discard);
      }
      if (this.changed.size && this.saveUrl && !this.conflicts.size) this.soon(restored ? 2 * WAIT : WAIT);
      if (this.conflicts.size) this.tellConflicts();
    }

    discard() {
      clearTimeout(this.timer);
      for (const name of this.changed) set(this.form, name, this.base.get(name) ?? []);
      this.forget([...this.changed]);
      for (const control of this.form.querySelectorAll(".kc-restored")) control.classList.remove("kc-restored");
      this.say("saved", "Đang hiện bản đã lưu.");
    }

    forget(names) {
      const fields = store.read(this.key);
      for (const name of names) { delete fields[name]; this.changed.delete(name); }
      store.write(this.key, fields);
    }

    // ── To the server ──

    soon(delay) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }

    async save() {
      clearTimeout(this.timer);
      // A form on its way goes alone: a save beside it could arrive after it, or after the page that answers.
      if (!this.saveUrl || !this.changed.size || this.conflicts.size || this.blocked || this.leaving) return;
      if (this.running) { await this.running; if (this.changed.size && !this.failures) this.soon(WAIT); return; }
      if (!navigator.onLine) { this.failed(); return; }
      this.running = this.send().finally(() => { this.running = null; });
      await this.running;
    }

    async send() {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) {
        if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "version") body.append(name, value);
      }
      body.set("version", this.form.dataset.version ?? "");
      const sent = new Map([...this.changed].map((name) => [name, read(this.form, name)]));
      if (!this.away) this.say("saving", "Đang lưu…");
      let response, answer = {};
      try {
        response = await fetch(this.saveUrl, {
          method: "POST", body, redirect: "manual", credentials: "same-origin",
          headers: { "X-CSRFToken": window.kc.csrfToken(), "X-Requested-With": "keep", Accept: "application/json" },
          keepalive: body.toString().length < KEEPALIVE_LIMIT, signal: AbortSignal.timeout?.(TIMEOUT),
        });
        if (response.headers.get("Content-Type")?.includes("json")) answer = await response.json();
      } catch { this.away = false; this.failed(); return; }
      if (response.type === "opaqueredirect" || response.status === 401) { this.signedOut(); return; }
      this.away = false;
      if (response.status === 409) this.refused(answer);
      else if (response.ok && "version" in answer) this.saved(answer, sent);
      else if (response.status >= 500 || response.status === 429 || response.ok) this.failed();
      else {
        this.blocked = true;
        this.say("refused", `${answer.detail ?? "Máy chủ không nhận bản này."} Chữ đã gõ vẫn giữ trên máy này.`);
      }
    }

    setVersion(version) {
      this.form.dataset.version = version;
      const field = this.form.elements.namedItem("version");
      if (field) field.value = version;
    }

    saved(answer, sent) {
      this.failures = 0;
      this.refusals = 0;
      this.setVersion(answer.version);
      const wrong = answer.errors ?? {};
      const done = [...sent].filter(([name]) => !(name in wrong));
      for (const [name, value] of done) this.base.set(name, value);
      for (const [name] of done) for (const control of controls(this.form, name)) window.kc.forgive(control);
      this.forget(done.filter(([name, value]) => same(read(this.form, name), value)).map(([name]) => name));
      for (const name of Object.keys(wrong)) { // still on this machine; sent again when corrected, if it is not already
        if (!sent.has(name) || same(read(this.form, name), sent.get(name))) this.changed.delete(name);
      }
      for (const [name, value] of Object.entries(answer.values ?? {})) { // what was typed since is newer
        if (!this.changed.has(name)) for (const control of controls(this.form, name)) control.value = value;
      }
      for (const [name, text] of Object.entries(answer.computed ?? {})) for (const out of controls(this.form, name)) out.value = text;
      this.tell("kc-warning", answer.warnings ?? {});
      this.tell("kc-error", wrong);
      const at = answer.saved_at ?? clock(Date.now()), count = Object.keys(wrong).length;
      this.say(count ? "held" : "saved", count ? `Đã lưu lúc ${at}, trừ ${count} chỗ cần sửa.` : `Đã lưu lúc ${at}`);
      try { localStorage.setItem(`${this.key}:saved`, JSON.stringify({ version: answer.version, at })); } catch { /* only news */ }
      if (this.changed.size) this.soon(WAIT);
    }

    failed() {
      this.failures += 1;
      this.say("held", "Chưa gửi được, đang giữ trên máy này; sẽ gửi lại khi có mạng.");
      this.soon(Math.min(LONGEST_RETRY, 2000 * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2));
    }

    signedOut() {
      if (this.away) return;
      this.away = true;
      const next = encodeURIComponent(location.pathname + location.search);
      this.say("refused", "Phiên làm việc đã hết, mời đăng nhập lại (chữ đã gõ vẫn còn).",
        element("a", { href: `${document.body.dataset.signIn}?next=${next}`, textContent: "Đăng nhập" }));
    }

    tell(kind, sentences) {
      for (const old of this.form.querySelectorAll(`.${kind}[data-live]`)) {
        for (const control of controls(this.form, old.dataset.live)) describe(control, old.id, false);
        old.remove();
      }
      for (const [name, sentence] of Object.entries(sentences)) {
        const [control] = controls(this.form, name);
        if (!control) continue;
        if (kind === "kc-error") { window.kc.forgive(control); control.classList.add("is-invalid"); }
        this.form.querySelector(`.${kind}[data-warning="${CSS.escape(name)}"]`)?.remove();
        const note = element("p", { className: kind, id: `${control.id || name}-${kind}` }, element("span", { textContent: control.closest("[data-row]") ? `${called(control)}: ${sentence}` : sentence }));
        note.dataset.live = name;
        box(control).append(note);
        describe(control, note.id, true);
      }
      for (const old of this.form.querySelectorAll(`.${kind}[data-warning]`)) if (!(old.dataset.warning in sentences)) old.remove();
    }

    // ── Two versions ──

    refused(answer) {
      this.refusals += 1;
      this.setVersion(answer.version);
      for (const [name, { value, label }] of Object.entries(answer.theirs ?? {})) {
        makeRow(this.form, name);
        this.learn(name);
        const [control] = controls(this.form, name);
        if (!control) continue;
        const plain = (Array.isArray(value) ? value : [value]).map(lines);
        const theirs = control.matches("[data-money]") ? plain.map((text) => text.replace(/[. ]/g, "")) : plain;
        const mine = read(this.form, name), base = this.base.get(name);
        if (same(theirs, mine) || same(theirs, base)) this.base.set(name, theirs);
        else if (same(mine, base)) { // nothing was typed here: show what is stored now
          set(this.form, name, theirs);
          this.base.set(name, theirs);
        } else this.conflict(name, mine, theirs, label);
      }
      if (this.conflicts.size) this.tellConflicts();
      else if (this.refusals < 4) this.soon(0);
      else this.failed();
    }

    conflict(name, mine, theirs, label) {
      const [control] = controls(this.form, name);
      this.form.querySelector(`[data-conflict="${CSS.escape(name)}"]`)?.remove();
      set(this.form, name, mine);
      this.changed.add(name);
      this.conflicts.add(name);
      const option = (title, value, text, choose) => {
        const button = element("button", { type: "button", className: "btn btn-sm btn-outline-primary", textContent: text });
        button.addEventListener("click", choose);
        return element("div", {}, element("dt", { textContent: title }), element("dd", { textContent: shown(this.form, name, value) }), button);
      };
      const heading = label ?? called(control);
      const panel = element("div", { className: "kc-conflict" },
        element("p", { textContent: `${heading}: có hai bản khác nhau` }),
        element("dl", {}, option("Bản trên máy này", mine, "Giữ của tôi", () => this.resolve(name, theirs, read(this.form, name))),
          option("Bản đã lưu", theirs, "Lấy bản đã lưu", () => this.resolve(name, theirs, theirs))));
      panel.dataset.conflict = name;
      panel.setAttribute("role", "group");
      panel.setAttribute("aria-label", `${heading}: chọn bản giữ lại`);
      box(control).append(panel);
    }

    resolve(name, theirs, chosen) {
      this.form.querySelector(`[data-conflict="${CSS.escape(name)}"]`)?.remove();
      set(this.form, name, chosen);
      this.base.set(name, theirs);
      this.conflicts.delete(name);
      if (same(chosen, theirs)) this.forget([name]);
      else {
        const fields = store.read(this.key);
        fields[name] = { v: chosen, b: theirs, t: Date.now() };
        store.write(this.key, fields);
      }
      controls(this.form, name)[0]?.focus();
      if (this.conflicts.size) this.tellConflicts();
      else if (this.changed.size && this.saveUrl) this.soon(0);
      else this.say("saved", "Đang hiện bản đã lưu.");
    }

    tellConflicts() {
      this.say("refused", `Chưa lưu: ${this.conflicts.size} chỗ đã có người khác, hoặc cửa sổ khác, lưu trước. Hãy chọn bản giữ lại ở từng chỗ.`);
    }

    // ── Other windows, and leaving ──

    heard(event) {
      if (event.key === `${this.key}:saved` && event.newValue) {
        const { version, at } = JSON.parse(event.newValue);
        if (String(version) === this.form.dataset.version) return;
        const reload = element("a", { href: location.href, textContent: "Tải lại" });
        this.say("held", `Một cửa sổ khác vừa lưu biểu mẫu này lúc ${at}.`, reload);
      } else if (event.key === this.key && event.newValue && !this.changed.size) {
        this.say("held", "Biểu mẫu này đang được gõ ở một cửa sổ khác.");
      }
    }

    holdsBack(event) {
      if (this.conflicts.size) {
        event.preventDefault();
        this.tellConflicts();
        this.form.querySelector("[data-conflict] button").focus();
      } else if (!navigator.onLine) {
        event.preventDefault();
        this.say("held", "Không có mạng nên chưa gửi; chữ đã gõ đang giữ trên máy này.");
      } else if (this.running) { // otherwise our own save would make the form look out of date
        event.preventDefault();
        this.running.then(() => {
          this.form.dataset.confirmed = "yes"; // app.js has asked already
          this.form.requestSubmit(event.submitter);
        });
      } else {
        clearTimeout(this.timer);
        this.leaving = true;
      }
    }
  }

  const box = (control) => control.closest("[data-row]")?.nextElementSibling?.querySelector("[data-row-notes]")
    ?? control.closest(".kc-field") ?? control.parentElement;
  const called = (control) => control.labels?.[0]?.firstChild?.textContent?.trim() ?? control.name;

  function describe(control, id, add) {
    const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    if (add) ids.add(id); else ids.delete(id);
    if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" ")); else control.removeAttribute("aria-describedby");
  }

  // ── The page ────────────────────────────────────────────────────────────────────────────────────────────

  for (const told of document.querySelectorAll("[data-kept-clear]")) {
    for (const key of told.dataset.keptClear.split(" ")) store.write(`${PREFIX}${user}:${key}`, {});
  }
  if (!user) return;

  const kept = new Map();
  function start(root) {
    for (const form of root.querySelectorAll("form[data-keep]")) if (!kept.has(form)) kept.set(form, new Kept(form));
  }
  const each = (act) => kept.forEach((one) => { if (one.form.isConnected) act(one); });
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  document.addEventListener("submit", (event) => kept.get(event.target)?.holdsBack(event));
  window.addEventListener("storage", (event) => each((one) => one.heard(event)));
  window.addEventListener("online", () => each((one) => { one.failures = 0; one.soon(0); }));
  window.addEventListener("offline", () => each((one) => { if (one.changed.size) one.failed(); }));
  window.addEventListener("pageshow", (event) => { if (event.persisted) each((one) => { one.leaving = false; one.soon(0); }); });
  window.addEventListener("pagehide", () => each((one) => one.save()));
  document.addEventListener("visibilitychange", () => each((one) => one.save()));
  window.addEventListener("beforeunload", (event) => each((one) => { if (one.safe === false && !one.leaving) event.preventDefault(); }));
})();
