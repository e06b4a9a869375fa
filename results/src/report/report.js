"use strict";
(() => {
  const root = document.documentElement;

  // Light or dark: what the system prefers, until the button is pressed.
  const theme = document.getElementById("theme");
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
  const label = () => { theme.textContent = isDark() ? "Light colours" : "Dark colours"; };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  systemIsDark.addEventListener("change", label);
  label();

  // A number at the beginning of a cell, such as 93.60 of "93.60 ± 0.20 (3)"; NaN if there is none.
  const number = (text) => {
    const found = /^[≈+]?\s*([-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)/i.exec(text);
    return found ? Number(found[1].replaceAll(",", "").replace("−", "-")) : NaN;
  };
  const words = new Intl.Collator("en", { numeric: true });
  const isMissing = (text) => text === "" || text === "–";

  // Missing cells come last in either order; equal ones stay as they were. A column of numbers in which
  // one cell is none is sorted as words.
  const sorted = (rows, column, ofNumbers, direction) => {
    const cells = rows.map((row) => {
      const text = row.cells[column].textContent.trim();
      return { row, text, value: number(text), missing: isMissing(text) };
    });
    const asNumbers = ofNumbers && cells.every((cell) => cell.missing || !Number.isNaN(cell.value));
    const order = (a, b) => {
      if (a.missing || b.missing) return Number(a.missing) - Number(b.missing);
      return direction * (asNumbers ? a.value - b.value : words.compare(a.text, b.text));
    };
    return cells.sort(order).map((cell) => cell.row);
  };

  // Rows under a heading stay under it; others are sorted as one.
  const sortable = (table) => {
    const bodies = [...table.tBodies];
    const original = bodies.map((body) => [...body.rows]);
    const isHeading = (row) => row.classList.contains("heading");
    const together = !original.flat().some(isHeading);
    const fill = (body, rows) => body.replaceChildren(...rows);
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "" }[head.getAttribute("aria-sort")] ?? "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (next === "") {
          bodies.forEach((body, at) => fill(body, original[at]));
          return;
        }
        head.setAttribute("aria-sort", next);
        const sort = (rows) =>
          sorted(rows, column, head.classList.contains("number"), next === "ascending" ? 1 : -1);
        if (together) {
          fill(bodies[0], sort(original.flat()));
        } else {
          bodies.forEach((body, at) => {
            const [first, others] = [original[at].filter(isHeading), original[at].filter((row) => !isHeading(row))];
            fill(body, [...first, ...sort(others)]);
          });
        }
      });
    });
  };
  document.querySelectorAll("table.sortable").forEach(sortable);

  // Rows that hold every word.
  const filterable = (table) => {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
    const region = table.closest(".scroll");
    const [form, title, input, count] = ["div", "label", "input", "output"].map((name) => document.createElement(name));
    form.className = "filter";
    input.type = "search";
    input.id = "filter";
    title.htmlFor = input.id;
    count.htmlFor.add(input.id);
    title.textContent = "Show records with all of these words: ";
    form.append(title, input, " ", count);
    region.before(form);
    const filter = () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, at) => {
        row.hidden = !wanted.every((word) => texts[at].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = `${shown} of ${rows.length}`;
    };
    input.addEventListener("input", filter);
    filter();
  };
  document.querySelectorAll("table.filterable").forEach(filterable);

  // A link to a run opens it, and what it lies in.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  // A link to where the address is already changes nothing of it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) open();
  });
  open();

  // Only what scrolls is a stop of the tab key.
  const stop = (region) => {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((entries) => {
    new Set(entries.map((entry) => entry.target.closest(".scroll"))).forEach(stop);
  });
  document.querySelectorAll(".scroll").forEach((region) => {
    observer.observe(region);
    observer.observe(region.firstElementChild);
  });
})();
