// Suggestions while somebody types into a search field: the combobox with a listbox of WAI-ARIA 1.2.
// Without this script the field is a plain form. Nothing is asked while an input method composes.
const WAIT = 150; // milliseconds of silence after which is asked
const LONGEST = 200;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.words = input.dataset;
    this.at = -1;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.words.label);
    this.status = document.createElement("p");
    this.status.className = "suggestions-status scripted";
    this.status.setAttribute("role", "status");
    input.parentElement.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    }))
      input.setAttribute(name, value);
    input.addEventListener("input", (event) => event.isComposing || this.later());
    input.addEventListener("compositionstart", () => this.close());
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.children];
  }

  later() {
    this.forget();
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  /** Whatever was asked before is no longer of interest. */
  forget() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  async ask() {
    const typed = this.input.value.trim().slice(0, LONGEST);
    if (!typed) return this.close();
    this.asked = new AbortController();
    try {
      const address = `${this.words.suggest}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { signal: this.asked.signal });
      if (!answer.ok) return this.close();
      this.show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // the form still searches
    }
  }

  show(found) {
    this.list.replaceChildren(...found.map((one, number) => this.option(one, number)));
    this.mark(-1);
    this.open(found.length > 0);
    this.status.textContent = found.length ? this.words.count.replace("{}", found.length) : this.words.none;
  }

  option(one, number) {
    const lang = document.documentElement.lang;
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.dataset.page = one.page ?? one.thing;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const other = one.names[lang] ?? one.names.ja ?? "";
    const written = Object.keys(one.names).find((language) => one.names[language] === one.matched) ?? "ja";
    option.append(this.part("span", one.matched, written));
    if (other && other !== one.matched) option.append(" ", this.part("span", other, one.names[lang] ? lang : "ja"));
    option.append(" ", this.part("small", one.label[lang] ?? one.kind, lang));
    return option;
  }

  part(name, text, lang) {
    const part = document.createElement(name);
    part.textContent = text;
    part.lang = lang;
    return part;
  }

  open(is) {
    this.list.hidden = !is;
    this.input.setAttribute("aria-expanded", String(is));
  }

  close() {
    this.forget();
    this.open(false);
    this.mark(-1);
    this.status.textContent = "";
  }

  mark(at) {
    this.at = at;
    this.options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    const option = this.options[at];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // the input method's own keys
    const { key } = event;
    if (this.list.hidden) {
      if (key === "ArrowDown" && this.input.value.trim()) {
        event.preventDefault();
        this.later();
      }
      return;
    }
    const last = this.options.length - 1;
    const moves = {
      ArrowDown: this.at < last ? this.at + 1 : -1,
      ArrowUp: this.at < 0 ? last : this.at - 1,
    };
    if (key in moves) {
      event.preventDefault();
      this.mark(moves[key]);
    } else if (key === "Escape") {
      event.preventDefault(); // the field keeps what was typed
      this.close();
    } else if (key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.choose(this.options[this.at]);
    }
  }

  /** A suggestion leads to the page about the thing, in the language that this address asks for. */
  choose(option) {
    if (!option) return;
    const address = new URL(option.dataset.page, location.href);
    const spoken = new URLSearchParams(location.search).get("lang");
    if (spoken && address.origin === location.origin) address.searchParams.set("lang", spoken);
    this.close();
    location.assign(address);
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Suggestions(input);
