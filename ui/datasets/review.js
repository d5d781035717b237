// The review of faces: see review.py, which sends `data` and does what is sent to it.

// So long a face is seen with what was done to it before the next one is shown, in milliseconds.
const STAY = 180
const OTHER_KEYS = { x: "exclude", s: "split", u: "undo" }
const instances = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".review")
  if (!instances.has(root)) instances.set(root, new Review(root, data))
  const review = instances.get(root)
  review.send = (sent) => setStateValue("sent", sent)
  review.adopt(data)
  return () => review.end()
}

class Review {
  constructor(root, data) {
    this.root = root
    this.row = data.row
    this.place = data.place
    this.turns = data.turns
    this.number = data.done
    this.unconfirmed = []
    this.said = ""
    this.mode = ""
    this.typed = ""
    this.staying = null
    this.waiting = false // keys are left aside until the page has answered
    this.wanted = 0 // the step that is to be taken when it has
    this.onKey = (event) => this.key(event)
    window.addEventListener("keydown", this.onKey, true) // before the dialog and Streamlit's own keys
  }

  end() {
    window.removeEventListener("keydown", this.onKey, true)
    clearTimeout(this.staying)
    instances.delete(this.root)
  }

  adopt(data) {
    this.data = data
    this.cards = new Map(data.cards.map((card) => [card.row, card]))
    this.unconfirmed = this.unconfirmed.filter((act) => act.number > data.done)
    this.number = Math.max(this.number, data.done)
    if (data.turns !== this.turns) {
      Object.assign(this, { turns: data.turns, row: data.row, place: data.place, waiting: false, wanted: 0, said: "" })
      this.stopStaying()
    }
    if (this.wanted) this.step(this.wanted)
    this.render()
  }

  // The face as it is with what was done and is not confirmed yet; undefined where it is not at hand yet.
  face(row) {
    const card = this.cards.get(row)
    return card && this.unconfirmed.filter((act) => act.row === row).reduce(changed, card)
  }

  labelsAs(typed) {
    return this.data.labels.filter((label) => label.text.toLowerCase().startsWith(typed))
  }

  key(event) {
    const typing = event.composedPath()[0]
    if (event.ctrlKey || event.metaKey || event.altKey || !this.root.isConnected) return
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(typing.tagName) || typing.isContentEditable) return
    if (typing.tagName === "BUTTON" && /^(Enter| )$/.test(event.key)) return
    if (!this.takes(event.key, event.repeat)) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  // Do what a key says; whether it is one of ours.
  takes(key, repeated) {
    const letter = key.length === 1 ? key.toLowerCase() : key
    if (this.mode === "split") return this.inSplit(letter)
    if (this.mode === "name") return this.inName(letter)
    if (key === "ArrowLeft" || key === "ArrowRight") return this.step(key === "ArrowLeft" ? -1 : 1) || true
    const ours = /^[1-9/]$/.test(letter) || key === "Enter" || letter in OTHER_KEYS || this.beginsName(letter)
    if (!ours || repeated || this.staying || this.waiting) return ours // a key that is held labels one face
    if (/^[1-9]$/.test(letter)) this.label(this.data.labels[letter - 1])
    else if (key === "Enter") this.step(1)
    else if (letter in OTHER_KEYS) this[OTHER_KEYS[letter]]()
    else this.ask("name", letter === "/" ? "" : letter)
    return true
  }

  beginsName(letter) {
    return letter.length === 1 && /\p{L}/u.test(letter) && this.labelsAs(letter).length > 0
  }

  inSplit(key) {
    const split = this.data.splits[key - 1]
    if (split) this.move(split)
    else if (key === "Escape" || key === "s") this.ask("")
    return true
  }

  inName(key) {
    if (key === "Escape") this.ask("")
    else if (key === "Backspace") this.ask("name", this.typed.slice(0, -1))
    else if (key === "Enter") this.label(this.labelsAs(this.typed)[0])
    else if (key.length === 1 && this.labelsAs(this.typed + key).length) this.ask("name", this.typed + key)
    return true
  }

  ask(mode, typed = "") {
    Object.assign(this, { mode, typed })
    this.render()
  }

  label(label) {
    const face = this.face(this.row)
    if (!label || !face) return
    if (label.name === face.label) this.stay(`Face ${this.row} stays ${label.text.toLowerCase()}`)
    else this.act("relabel", label.name, `Face ${this.row} labelled ${label.text.toLowerCase()}`)
  }

  split() {
    this.ask("split")
  }

  move(split) {
    const face = this.face(this.row)
    if (!face) return
    if (split === face.split) this.stay(`Face ${this.row} stays in ${split}`)
    else this.act("move", split, `Face ${this.row} moved to ${split}`)
  }

  exclude() {
    const face = this.face(this.row)
    if (!face) return
    if (face.excluded) this.act("include", "", `Face ${this.row} included again`)
    else this.act("exclude", "", `Face ${this.row} excluded`)
  }

  undo() {
    if (!this.data.undo && !this.unconfirmed.length) return
    this.stopStaying()
    this.waiting = true // which face is next is for the answer to say
    this.note("undo", "", "")
  }

  open(row) {
    this.waiting = true
    this.note("open", "", "", row)
  }

  // Do something to the face that is shown, show it with that, then go on to the next.
  act(act, to, said) {
    this.note(act, to, said)
    this.stay(said)
  }

  note(act, to, said, row = this.row) {
    this.number += 1
    this.unconfirmed.push({ number: this.number, act, row, to })
    this.said = said
    this.tell()
  }

  tell() {
    const { row, place, turns } = this
    this.send({ data: this.data.data, row, place, turns, acts: this.unconfirmed })
    this.render()
  }

  stay(said) {
    Object.assign(this, { said, mode: "", typed: "" })
    this.staying = setTimeout(() => {
      this.staying = null
      this.step(1)
    }, STAY)
    this.render()
  }

  stopStaying() {
    clearTimeout(this.staying)
    this.staying = null
  }

  // Go to the face before or after; from one that is not among those looked through, back to them.
  step(by) {
    if (this.staying || (this.waiting && !this.wanted)) return
    this.wanted = 0
    this.waiting = false
    const place = this.rowAt(this.place) === this.row ? this.place + by : this.place
    if (place < 0 || place >= this.data.total) {
      if (by > 0) this.said += this.said.endsWith("last face.") ? "" : " This was the last face."
      return this.render()
    }
    const row = this.rowAt(place)
    if (row === undefined || !this.cards.has(row)) return Object.assign(this, { wanted: by, waiting: true }) // not at hand
    Object.assign(this, { place, row, mode: "", typed: "" })
    this.tell()
  }

  rowAt(place) {
    return this.data.order[place - this.data.first]
  }

  render() {
    const face = this.face(this.row)
    if (!face) return
    const shape = `review${face.excluded ? " out" : ""}${this.staying ? " done" : ""}`
    this.root.className = shape
    this.root.replaceChildren(this.bar(), h("div", { class: "both" }, this.left(face), this.right(face)), this.others(face))
  }

  bar() {
    const { total, first } = this.data
    const among = this.rowAt(this.place) === this.row
    const step = (text, by, key) =>
      h("button", { onclick: () => this.step(by), "aria-keyshortcuts": key, disabled: this.atEnd(by) }, h("kbd", {}, by < 0 ? "←" : "→"), text)
    const where = among ? `${(this.place + 1).toLocaleString("en")} of ${total.toLocaleString("en")}` : "not among those that match"
    return h("div", { class: "bar" }, step("Previous", -1, "ArrowLeft"), step("Next", 1, "ArrowRight"), h("span", { class: "where" }, where))
  }

  atEnd(by) {
    const place = this.place + by
    return this.rowAt(this.place) === this.row && (place < 0 || place >= this.data.total)
  }

  left(face) {
    const text = this.data.labels.find((label) => label.name === face.label)?.text ?? face.label
    const changed = `${text.toLowerCase()}, ${face.split}` !== face.given
    return h(
      "div",
      {},
      h("img", { class: "face", src: face.picture, alt: `Face ${face.row}, labelled ${face.label}` }),
      h("p", { class: "now" }, text),
      h("div", {}, face.split + (face.excluded ? ", excluded" : "")),
      h("div", { class: "small" }, changed ? `As imported: ${face.given}` : "As imported"),
      h("div", { class: "small" }, `Face ${face.row}`),
      ...face.lines.map((line) => h("div", { class: "small" }, line)),
    )
  }

  right(face) {
    const said = this.waiting ? "" : this.said
    return h(
      "div",
      {},
      h("div", { class: "said small", role: "status" }, said || this.data.note),
      h("div", {}, "The expression looks"),
      this.labels(face),
      h("div", {}, "Split ", h("kbd", {}, "S")),
      this.splits(face),
      h(
        "div",
        { class: "keys" },
        h("button", { onclick: () => this.exclude(), "aria-keyshortcuts": "x" }, h("kbd", {}, "X"), face.excluded ? "Include again" : "Exclude"),
        h("button", { onclick: () => this.undo(), disabled: !this.canUndo(), "aria-keyshortcuts": "u" }, h("kbd", {}, "U"), this.undoText()),
      ),
      this.opinions(face),
      h("div", { class: "small" }, face.issue),
    )
  }

  canUndo() {
    return !this.waiting && (this.data.undo || this.unconfirmed.length > 0)
  }

  undoText() {
    return this.data.undo && !this.unconfirmed.length ? `Undo: ${this.data.undo}` : "Undo"
  }

  labels(face) {
    const asked = this.mode === "name" ? this.labelsAs(this.typed) : []
    const buttons = this.data.labels.map((label, place) =>
      h(
        "button",
        {
          onclick: () => this.label(label),
          "aria-pressed": String(label.name === face.label),
          "aria-keyshortcuts": place < 9 ? String(place + 1) : undefined,
          class: asked[0] === label ? "asking" : "",
        },
        h("kbd", {}, place < 9 ? String(place + 1) : "/"),
        label.text,
      ),
    )
    const hint =
      this.mode === "name"
        ? `Label by name: ${this.typed}… ${asked.map((label) => label.text).join(", ")}. Enter takes the first, Esc none.`
        : "Keys: 1 to 9, or / and the beginning of the name, then Enter. Enter alone or → goes on."
    return h("div", {}, h("div", { class: "keys", role: "group", "aria-label": "Label" }, ...buttons), h("div", { class: "small said" }, hint))
  }

  splits(face) {
    const asking = this.mode === "split"
    const buttons = this.data.splits.map((split, place) =>
      h(
        "button",
        { onclick: () => this.move(split), "aria-pressed": String(split === face.split) },
        asking ? h("kbd", {}, String(place + 1)) : "",
        split[0].toUpperCase() + split.slice(1),
      ),
    )
    return h("div", { class: `keys${asking ? " asking" : ""}`, role: "group", "aria-label": "Split" }, ...buttons)
  }

  opinions(face) {
    if (!face.opinions.length) return ""
    const voted = face.opinions[0].of > 0
    const head = h("tr", {}, h("th", {}), h("th", { colspan: 2 }, "Model"), ...(voted ? [h("th", { colspan: 2 }, "Annotators")] : []))
    const bar = (share, kind) => h("td", { class: "share" }, h("span", { class: kind, style: `width: ${100 * share}%` }))
    const rows = face.opinions.map((one) =>
      h(
        "tr",
        {},
        h("td", {}, one.name),
        bar(one.model ?? 0, "model"),
        h("td", { class: "number" }, one.percent),
        ...(voted ? [bar(one.votes / one.of, "votes"), h("td", { class: "number" }, one.votes ? `${one.votes} of ${one.of}` : "")] : []),
      ),
    )
    return h("table", {}, head, ...rows)
  }

  others(face) {
    const { title, faces } = face.duplicates
    if (!faces.length) return ""
    const buttons = faces.map((one) =>
      h(
        "button",
        { onclick: () => this.open(one.row), title: `Open face ${one.row}` },
        h("img", { src: one.picture, alt: `Face ${one.row}` }),
        h("span", { class: one.other ? "other" : "" }, one.label),
        h("span", { class: "small" }, one.split),
      ),
    )
    return h("div", {}, h("p", { class: "small" }, title), h("div", { class: "others" }, ...buttons))
  }
}

// A face after one act.
function changed(face, { act, to }) {
  if (act === "relabel") return { ...face, label: to }
  if (act === "move") return { ...face, split: to }
  if (act === "exclude" || act === "include") return { ...face, excluded: act === "exclude" }
  return face
}

// An element with attributes, handlers and children.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on") || name === "disabled") element[name] = value
    else if (value !== undefined) element.setAttribute(name, value)
  }
  // A click must not take the keys' focus away: what is focused is drawn anew.
  if (tag === "button") {
    element.type = "button"
    element.onmousedown = (event) => event.preventDefault()
  }
  element.append(...children)
  return element
}
