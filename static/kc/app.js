/* Small helpers of every page: sending once, confirming, rows, amounts, estimate, filters, keys. No dependencies.
   Everything here only helps; each page also works without it. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const csrfToken = () => /(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const grouped = (number) => number.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ".");

  // ── Tokens: signing in again in another window changes the cookie, so it is read at the last moment ──────

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrfToken(); });

  // ── Sending: confirm first, then only once ──────────────────────────────────────────────────────────────

  const SEND_AGAIN_AFTER = 30_000;

  /* A sentence with what was typed: "{amount} đồng" becomes "300.000.000 đồng", "{support-*}" the sum of all amounts
     whose names begin so and whose line ("take-…") is ticked. */
  function filled(sentence, form) {
    const said = (control) => {
      if (control instanceof RadioNodeList) return [...control].find((each) => each.value === control.value)?.labels[0]?.textContent;
      if (control.matches("[data-money]")) { const amount = dong(control.value); return amount === null ? control.value.trim() : grouped(amount); }
      return (control.matches("select") ? control.selectedOptions[0]?.text : control.value)?.trim();
    };
    return sentence.replace(/\{([\w-]+)(\*?)\}/g, (_, name, many) => {
      if (!many) { const control = form.elements.namedItem(name); return (control && said(control)) || "(chưa ghi)"; }
      let sum = 0n;
      for (const control of all(`[name^="${CSS.escape(name)}"]`, form)) {
        const take = form.elements.namedItem(control.name.replace(/^[^-]+/, "take"));
        if (!take || take.checked) sum += dong(control.value) ?? 0n;
      }
      return grouped(sum);
    });
  }

  // ── Errors: in the order of the page, and gone once their field was corrected ───────────────────────────

  const anchorOf = (control) => control.closest('[id$="_field"]')?.id.replace(/_field$/, "") ?? control.id;

  /* What was wrong with a field is no longer said: it holds something else now, which the server has yet to read. */
  function forgive(control) {
    const form = control.form, id = anchorOf(control);
    if (!form || !id) return;
    for (const each of form.elements) if (each.name === control.name) each.classList.remove("is-invalid");
    const said = document.getElementById(`${id}_error`);
    if (said) {
      control.setAttribute("aria-describedby", (control.getAttribute("aria-describedby") ?? "").replace(said.id, "").trim());
      said.remove();
    }
    const summary = form.querySelector("[data-summary]");
    if (!summary) return;
    for (const link of all("li a", summary)) if ([control.id, id, `${id}_field`].includes(link.hash.slice(1))) link.closest("li").remove();
    const left = all("li", summary).length;
    if (left) summary.querySelector("h2").lastChild.textContent = `Còn ${left} chỗ cần sửa`;
    else summary.remove();
  }

  function inOrder(summary) {
    const place = (item) => document.getElementById(item.querySelector("a")?.hash.slice(1) ?? "");
    const after = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING;
    const items = all("li", summary).map((item) => [item, place(item)]);
    items.sort(([, one], [, other]) => (one === other ? 0 : !one ? -1 : !other ? 1 : after(one, other) ? 1 : -1));
    for (const [item] of items) item.parentElement.append(item);
  }

  function ask(sentence, onYes) {
    const dialog = document.createElement("dialog");
    dialog.className = "kc-dialog";
    const text = document.createElement("p");
    text.textContent = sentence;
    const buttons = document.createElement("div");
    const button = (label, classes, value) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: label, className: `btn ${classes}` });
      made.addEventListener("click", () => dialog.close(value));
      buttons.append(made);
    };
    button("Xem lại", "btn-outline-secondary", "");
    button("Đồng ý", "btn-primary", "yes");
    dialog.append(text, buttons);
    dialog.setAttribute("aria-label", sentence);
    dialog.addEventListener("close", () => { dialog.remove(); if (dialog.returnValue === "yes") onYes(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const sentence = button?.dataset.confirm ?? form.dataset.confirm;
    if (sentence && !form.dataset.confirmed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(filled(sentence, form), () => { form.dataset.confirmed = "yes"; form.requestSubmit(button); });
      return;
    }
    delete form.dataset.confirmed;
    const token = form.elements.namedItem("csrfmiddlewaretoken");
    if (token && csrfToken()) token.value = csrfToken();
  });

  function free(form) {
    delete form.dataset.sending;
    for (const button of all("[data-disabled-while-sending]", form)) {
      button.disabled = false;
      delete button.dataset.disabledWhileSending;
    }
  }

  window.addEventListener("submit", (event) => { // after every listener on the document
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sending" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
    setTimeout(() => { // the button's own name and value must still be sent
      for (const button of form.elements) {
        if (button.type !== "submit" || button.disabled) continue;
        button.disabled = true;
        button.dataset.disabledWhileSending = "yes";
      }
    });
    setTimeout(() => free(form), SEND_AGAIN_AFTER);
  });
  window.addEventListener("pageshow", () => all("form[data-sending]").forEach(free));

  // ── Amounts: digits are grouped while typing, the caret stays where it was ──────────────────────────────

  const WELL_GROUPED = /^\d{1,3}(\.\d{3})*$/;
  const lastAmount = new WeakMap();

  function groupWhileTyping(input, event) {
    const before = lastAmount.get(input) ?? input.defaultValue;
    // Who types a dot or a word ("1.5", "300 triệu") is left alone: regrouping would change the amount.
    if (/^[\d.]*$/.test(input.value) && (before === "" || WELL_GROUPED.test(before)) && event.data !== ".") {
      let digits = input.value.replaceAll(".", "");
      let left = input.value.slice(0, input.selectionStart).replaceAll(".", "").length;
      if (event.inputType === "deleteContentBackward" && digits === before.replaceAll(".", "") && left) {
        digits = digits.slice(0, left - 1) + digits.slice(left); // only a dot was deleted: take the digit before it
        left -= 1;
      }
      const kept = digits.replace(/^0+(?=\d)/, "");
      left = Math.max(0, left - (digits.length - kept.length));
      input.value = grouped(kept);
      let caret = 0;
      for (let seen = 0; seen < left; caret += 1) if (input.value[caret] !== ".") seen += 1;
      input.setSelectionRange(caret, caret);
    }
    lastAmount.set(input, input.value);
  }

  const UNITS = { "": 0n, nghin: 3n, ngan: 3n, tr: 6n, trieu: 6n, ty: 9n, ti: 9n };

  /* Thousandths of what the text says ("1.505,5", "300 triệu"), or null when it cannot be read. */
  function thousandths(text) {
    const typed = fold(text.trim()).replace(/\s*(dong|vnd|d)$/, "");
    const read = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?\s*([a-z]*)$/.exec(typed);
    if (!read || !(read[3] in UNITS)) return null;
    const fraction = read[2] ?? "", places = 3n + UNITS[read[3]] - BigInt(fraction.length);
    return places < 0n ? null : BigInt(read[1].replaceAll(".", "") + fraction) * 10n ** places;
  }

  /* Whole đồng of what the text says ("300 triệu"), or null when it cannot be read or is not whole. */
  function dong(text) {
    const minus = /^\s*[-−]/.test(text), amount = thousandths(text.replace(/^\s*[-−]/, ""));
    return amount === null || amount % 1000n ? null : (minus ? -1n : 1n) * amount / 1000n;
  }

  // ── Estimate: amount = quantity × price, sums by source, what does not add up ───────────────────────────

  const SOURCES = ["national", "local", "counterpart", "other"];

  function estimate(table) {
    const totals = { amount: 0n, national: 0n, local: 0n, counterpart: 0n, other: 0n };
    for (const row of all("tbody [data-row]", table)) {
      const field = (name) => row.querySelector(`[name$="-${name}"]`);
      const out = row.querySelector('[data-out="amount"]');
      if (field("DELETE")?.checked) { out.value = ""; continue; }
      const value = (name) => (field(name)?.value.trim() ? thousandths(field(name).value) : 0n);
      const quantity = value("quantity"), price = value("unit_price");
      if (quantity === null || price === null) { out.value = "?"; continue; }
      const amount = (quantity * price + 500_000n) / 1_000_000n;
      let sum = 0n;
      for (const source of SOURCES) {
        const part = (value(source) ?? 0n) / 1000n;
        totals[source] += part;
        sum += part;
      }
      totals.amount += amount;
      out.value = amount || sum ? grouped(amount) : "";
      out.parentElement.classList.toggle("kc-off", amount !== sum);
      out.title = amount === sum ? "" : `Tổng các nguồn là ${grouped(sum)} đồng`;
    }
    for (const out of all("[data-total]", table)) out.value = grouped(totals[out.dataset.total]);
    const difference = totals.amount - SOURCES.reduce((sum, source) => sum + totals[source], 0n);
    const line = table.querySelector("[data-difference]");
    line.hidden = totals.amount === 0n && difference === 0n;
    line.classList.toggle("kc-off", difference !== 0n);
    line.textContent = difference === 0n
      ? "Các nguồn cộng lại bằng thành tiền."
      : `Các nguồn ${difference > 0n ? "còn thiếu" : "vượt"} ${grouped(difference > 0n ? difference : -difference)} đồng so với thành tiền.`;
  }

  // ── Rows of a formset ───────────────────────────────────────────────────────────────────────────────────

  function addRow(rows) {
    const total = rows.querySelector(`[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
    const made = document.createElement("template");
    made.innerHTML = rows.querySelector("[data-row-template]").innerHTML.replaceAll("__prefix__", total.value);
    const row = made.content.querySelector("[data-row]");
    rows.querySelector("[data-rows-body]").append(made.content);
    total.value = String(Number(total.value) + 1);
    if (rows.matches("[data-estimate]")) estimate(rows);
    return row;
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const add = target.closest("[data-add-row]");
    if (add) {
      event.preventDefault();
      addRow(add.closest("[data-rows]")).querySelector("input:not([type=hidden]), select, textarea")?.focus();
      add.closest("form")?.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (target.closest("[data-print]")) window.print();
    if (target.closest("[data-keys]")) showKeys();
    for (const open of all("details.kc-account[open]")) if (!open.contains(target)) open.open = false;
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-money]")) groupWhileTyping(field, event);
    const table = field.closest("[data-estimate]");
    if (table) estimate(table);
    if (field.matches("[data-filter-rows]")) {
      const words = fold(field.value).split(/\s+/).filter(Boolean);
      for (const row of all("tbody tr", document.querySelector(field.dataset.filterRows))) {
        const text = fold(row.textContent);
        row.hidden = !words.every((word) => text.includes(word));
      }
    }
  });
  /* While a mouse or finger is down the page must not move: a button that jumps away is not clicked. */
  let pressed = false, later = [];
  /* The list whose choices one walks through with arrows: each is a change, and none is meant until Enter (or the button). */
  let walked = null;
  document.addEventListener("pointerdown", () => { pressed = true; walked = null; }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => {
    pressed = false;
    setTimeout(() => { for (const control of later.splice(0)) forgive(control); });
  }, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches(".is-invalid")) { if (pressed) later.push(event.target); else forgive(event.target); }
    if (event.target.matches("[data-auto-filter] select") && event.target !== walked) event.target.form.requestSubmit();
    if (event.target.matches("[data-estimate] [type=checkbox]")) estimate(event.target.closest("[data-estimate]"));
  });

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────

  /* Keys of one letter hold where nobody types, and can be switched off on this browser: who speaks to the machine
     says letters without meaning them. */
  const GO = { h: "/", d: "/de-an/", m: "/danh-muc/", t: "/trinh-ky/", c: "/co-so/", r: "/dot-dang-ky/", k: "/kinh-phi/", b: "/bao-cao/" };
  const LETTERS_OFF = "kc-letters-off", GO_WITHIN = 1500, ROWS = "main tbody th a[href], main .kc-tasks a[href], main .kc-recent a[href]";
  const placeOf = (letter) => GO[letter] && document.querySelector(`.kc-side a[href="${GO[letter]}"]`);
  const remembered = (act) => { try { return act(localStorage); } catch { return null; } };
  const lettersHold = () => !remembered((store) => store.getItem(LETTERS_OFF));
  let going = 0;

  function step(by) {
    const rows = all(ROWS).filter((link) => link.offsetParent);
    const to = rows[rows.indexOf(document.activeElement) + by] ?? (rows.includes(document.activeElement) ? null : rows[0]);
    to?.focus();
    to?.scrollIntoView({ block: "nearest" });
  }

  function letter(key) {
    const place = Date.now() - going < GO_WITHIN && placeOf(key);
    going = key === "g" ? Date.now() : 0;
    const search = document.querySelector("[data-search]");
    if (place) location.assign(place.href);
    else if (key === "?") showKeys();
    else if (key === "/" && search) { search.focus(); search.select(); }
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else return key === "g";
    return true;
  }

  function showKeys() {
    const dialog = document.createElement("dialog");
    dialog.className = "kc-dialog kc-keys";
    dialog.setAttribute("aria-labelledby", "phim-tat");
    dialog.innerHTML = '<h2 id="phim-tat">Phím tắt</h2><dl></dl><label class="form-check"><input class="form-check-input" type="checkbox"> Dùng các phím một chữ trên trình duyệt này</label>'
      + '<div><button class="btn btn-primary" type="button">Đóng</button></div>';
    const said = [
      ["?", "mở bảng này"], ["/", "đến ô tìm của danh sách"], ["j  k", "dòng sau, dòng trước của danh sách; Enter mở"],
      ...Object.keys(GO).filter(placeOf).map((key) => [`g ${key}`, `đến ${placeOf(key).querySelector("span").textContent}`]),
      ["Ctrl+Enter", "gửi biểu mẫu đang gõ"], ["Esc", "đóng bảng, danh mục đang mở"],
    ];
    for (const [keys, what] of said) {
      const row = document.createElement("div"), term = document.createElement("dt"), does = document.createElement("dd");
      for (const key of keys.split(" ").filter(Boolean)) term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
      does.textContent = what;
      row.append(term, does);
      dialog.querySelector("dl").append(row);
    }
    const box = dialog.querySelector("input");
    box.checked = lettersHold();
    box.addEventListener("change", () => remembered((store) => (box.checked ? store.removeItem(LETTERS_OFF) : store.setItem(LETTERS_OFF, "1"))));
    dialog.querySelector("button").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("button").focus();
  }

  /* The button that a form is for: its main one, or the only one. */
  function mainButton(form) {
    const buttons = [...form.elements].filter((each) => each.type === "submit" && !each.disabled);
    return buttons.find((each) => each.matches(".btn-primary")) ?? (buttons.length === 1 ? buttons[0] : null);
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (field.matches("[data-auto-filter] select")) {
      if (event.key === "Enter" && walked === field) field.form.requestSubmit();
      else if (event.key !== "Enter") walked = field;
    }
    const typing = field.matches("input, textarea, select, [contenteditable]");
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (!typing && !held && !event.isComposing && !document.querySelector("dialog[open]") && lettersHold() && letter(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && field.form && !document.querySelector("dialog[open]")) {
      const button = mainButton(field.form);
      event.preventDefault();
      if (button) { field.dispatchEvent(new Event("change", { bubbles: true })); field.form.requestSubmit(button); }
      return;
    }
    if (event.key === "Enter" && !event.isComposing && field.matches("form[data-keep] input:not([type=submit])")) {
      event.preventDefault(); // otherwise the first button of the form is pressed, whichever it is
      const row = field.closest("[data-row]");
      if (row) {
        const column = field.name.replace(/^.*-/, "");
        const rows = row.closest("[data-rows]"), lines = all("tbody [data-row]", rows);
        const below = lines[lines.indexOf(row) + 1] ?? addRow(rows);
        below.querySelector(`[name$="-${column}"]`)?.focus();
      }
    }
    if (event.key === "Escape") {
      if (location.hash === "#chuc-nang") location.hash = "noi-dung";
      for (const open of all("details.kc-account[open]")) { open.open = false; open.querySelector("summary").focus(); }
    }
  });

  /* What has the focus is seen: a long field whole, not its first line above the bar of buttons; and an open panel does
     not lie over what comes after it. */
  document.addEventListener("focusin", (event) => {
    if (!pressed && event.target.matches("textarea")) event.target.scrollIntoView({ block: "nearest" });
    for (const open of all("details.kc-account[open]")) if (!open.contains(event.target)) open.open = false;
  });

  // ── Wide tables: say that they go on to the right, until that was seen ──────────────────────────────────

  function hintOfScroll(box) {
    const hint = document.createElement("p");
    hint.className = "kc-scroll-hint d-print-none";
    hint.textContent = "Còn cột ở bên phải: kéo ngang bảng để xem →";
    hint.hidden = true;
    box.before(hint);
    const look = () => {
      const more = box.scrollWidth - box.clientWidth - box.scrollLeft > 4;
      box.toggleAttribute("data-more", more);
      if (box.scrollWidth - box.clientWidth <= 4) hint.hidden = true;
      else if (more) hint.hidden = false;
    };
    new ResizeObserver(look).observe(box);
    box.addEventListener("scroll", look, { passive: true });
    look();
  }

  function start(root) {
    all(".kc-scroll", root).forEach(hintOfScroll);
    all("[data-estimate]", root).forEach(estimate);
    all("[data-print], [data-keys]", root).forEach((button) => { button.hidden = false; });
    root.querySelector(".kc-tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
    all("[data-summary]", root).forEach(inOrder);
    const summary = root.querySelector("[data-summary]");
    if (!summary) return;
    // The place that the address names (by the link that skips the head, or a link to a field) would take the focus.
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    summary.focus();
  }
  start(document);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) start(event.detail.elt); });

  window.kc = { addRow, csrfToken, dong, estimate, forgive };
})();
