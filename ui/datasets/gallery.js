// A page of faces: see gallery.py. A click opens a face; its box, Ctrl and Shift with a click, and, once some are
// selected, any click select.

const instances = new WeakMap()

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".faces")
  if (!instances.has(root)) instances.set(root, new Faces(root))
  const faces = instances.get(root)
  faces.open = (row) => setTriggerValue("opened", row)
  faces.send = (selection) => setStateValue("selection", selection)
  faces.show(data)
}

class Faces {
  constructor(root) {
    this.root = root
    this.chosen = new Set()
    this.anchor = null
    this.turns = null
    this.page = ""
  }

  show(data) {
    const page = data.faces.map((face) => face.row).join()
    if (page !== this.page) this.anchor = null
    // The browser's own selection is newer than what comes back of it, unless buttons have changed it or the page has.
    if (data.turns !== this.turns || page !== this.page) this.chosen = new Set(data.selected)
    Object.assign(this, { data, page, turns: data.turns })
    this.root.replaceChildren(...data.faces.map((face, place) => this.tile(face, place)))
  }

  tile(face, place) {
    const tile = document.createElement("div")
    const box = document.createElement("input")
    const button = document.createElement("button")
    box.type = "checkbox"
    box.setAttribute("aria-label", `Select face ${face.row}`)
    box.onclick = (event) => this.select(place, event.shiftKey)
    button.type = "button"
    button.title = face.title
    button.setAttribute("aria-label", face.title)
    button.onclick = (event) => this.click(event, face, place)
    button.append(this.picture(place), line("label", face.label))
    button.append(...face.notes.map(({ text, differs }) => line(differs ? "note differs" : "note", text)))
    tile.append(button, box)
    tile.className = `tile ${face.mark}${face.out ? " out" : ""}`
    this.mark(tile, box, face)
    return tile
  }

  picture(place) {
    const { sprite, columns, rows, shown } = this.data
    const picture = document.createElement("span")
    picture.className = "picture"
    picture.style.width = picture.style.height = `${shown}px`
    picture.style.backgroundImage = `url(${sprite})`
    picture.style.backgroundSize = `${columns * shown}px ${rows * shown}px`
    picture.style.backgroundPosition = `-${(place % columns) * shown}px -${Math.floor(place / columns) * shown}px`
    return picture
  }

  mark(tile, box, face) {
    box.checked = this.chosen.has(face.row)
    tile.classList.toggle("chosen", box.checked)
  }

  click(event, face, place) {
    const selecting = event.shiftKey || event.ctrlKey || event.metaKey || this.chosen.size || this.data.others
    if (selecting) this.select(place, event.shiftKey)
    else this.open(face.row)
  }

  // Select a face or no longer; with Shift, all from the one before to this one as that one is.
  select(place, range) {
    const { faces } = this.data
    const from = range && this.anchor !== null ? this.anchor : place
    const on = from === place ? !this.chosen.has(faces[place].row) : this.chosen.has(faces[from].row)
    for (const face of faces.slice(Math.min(from, place), Math.max(from, place) + 1)) {
      if (on) this.chosen.add(face.row)
      else this.chosen.delete(face.row)
    }
    this.anchor = place
    const tiles = [...this.root.children]
    tiles.forEach((tile, at) => this.mark(tile, tile.querySelector("input"), faces[at]))
    this.send({ page: faces.map((face) => face.row), chosen: [...this.chosen] })
  }
}

function line(name, text) {
  const span = document.createElement("span")
  span.className = name
  span.textContent = text
  return span
}
