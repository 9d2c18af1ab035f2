/* A list decided line by line (templates/projects/lists/lines.html): amount and reason appear when a verdict asks for
   them, all lines are taken or left at once, and the sums follow. Without it the page shows everything and works. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-verdicts]");
  if (!form) return;

  const grouped = (number) => number.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ".");
  const lines = [...form.querySelectorAll("[data-line]")].map((row) => ({
    row,
    take: row.querySelector('[name^="take-"]'),
    verdict: row.querySelector('[name^="verdict-"]'),
    amount: row.querySelector('[name^="amount-"]'),
    reason: row.querySelector('[name^="reason-"]'),
    amountBox: row.querySelector("[data-amount-box]"),
    reasonBox: row.querySelector("[data-reason-box]"),
    standard: Number(row.dataset.amount),
    annex: "annex" in row.dataset,
  }));
  const whole = form.querySelector("[data-take-all]"), tally = form.querySelector("[data-tally]"),
    limit = form.querySelector("[data-left]");
  /* Verdicts that give money; a list without verdicts gives it to each line. */
  const counts = new Set(form.dataset.counts.split(" ").filter(Boolean));
  const gives = (line) => !line.verdict || counts.has(line.verdict.value);
  const withAmount = new Set(form.dataset.withAmount.split(" "));

  /* Whole đồng of what is typed; what this page cannot read counts as nothing until the server reads it. */
  const typed = (input) => Number(window.kc.dong(input.value) ?? 0n);

  function show(line) {
    const chosen = line.verdict?.value, isDefault = !line.verdict || line.verdict.selectedIndex === 0;
    const taken = line.take.checked;
    line.row.classList.toggle("kc-left-out", !taken);
    if (line.amountBox) line.amountBox.hidden = !withAmount.has(chosen);
    line.reasonBox.hidden = line.verdict !== null && isDefault && !line.annex && !line.reason.value
      && !line.reason.classList.contains("is-invalid");
    line.money = withAmount.has(chosen) ? typed(line.amount) : line.standard;
  }

  function sum() {
    const taken = lines.filter((line) => line.take.checked);
    whole.checked = taken.length === lines.length;
    whole.indeterminate = taken.length > 0 && taken.length < lines.length;
    const groups = new Map();
    for (const line of taken) {
      const label = line.verdict ? line.verdict.selectedOptions[0].text : "Đã chọn";
      const group = groups.get(label) ?? { files: 0, money: 0, gives: true };
      group.files += 1;
      group.money += gives(line) ? line.money : 0;
      group.gives = gives(line);
      groups.set(label, group);
    }
    if (taken.length < lines.length) groups.set("Chưa đưa vào", { files: lines.length - taken.length });
    tally.replaceChildren(...[...groups].map(([label, group]) => {
      const part = document.createElement("span");
      const count = document.createElement("b");
      count.textContent = group.files;
      part.append(`${label}: `, count, " hồ sơ", group.gives ? `, ${grouped(group.money)} đồng` : "");
      return part;
    }));
    if (form.dataset.confirmBefore) form.dataset.confirm = `${form.dataset.confirmBefore}\n${[...groups].map(([label, group]) =>
      `• ${label}: ${group.files} hồ sơ${group.gives ? `, ${grouped(group.money)} đồng` : ""}`).join("\n")}\n${form.dataset.confirmAfter}`;
    if (limit) {
      const chosen = taken.filter(gives).reduce((total, line) => total + line.money, 0);
      const left = Number(limit.dataset.left) - chosen;
      limit.querySelector("[data-chosen]").value = grouped(chosen);
      limit.querySelector("[data-after]").value = left < 0 ? `−${grouped(-left)}` : grouped(left);
      limit.querySelector(".kc-limit-left").classList.toggle("kc-off", left < 0);
    }
  }

  function renew() { lines.forEach(show); sum(); }

  form.addEventListener("input", renew);
  form.addEventListener("change", (event) => {
    if (event.target === whole) {
      for (const line of lines) {
        if (line.row.hidden || line.take.checked === whole.checked) continue; // filtered away: stays as it is
        line.take.checked = whole.checked;
        line.take.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    renew();
  });
  whole.hidden = false;
  renew();
  window.addEventListener("load", renew); // after keep.js has put back what was typed
})();
