// A photo whose faces are chosen by clicks, or by arrow keys in the strip of crops below it: see picture.py. The strip
// is what readers of screens are told of; the boxes are the same for the pointer.

const GAP = 3
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
const instances = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".photo")
  if (!instances.has(root)) instances.set(root, new Photo(root))
  const photo = instances.get(root)
  photo.send = (number) => setStateValue("chosen", number)
  photo.show(data)
  return () => photo.sizes.disconnect()
}

class Photo {
  constructor(root) {
    this.frame = root.querySelector(".frame")
    this.strip = root.querySelector(".strip")
    this.root = root
    this.sent = null
    this.sizes = new ResizeObserver(() => this.placeLabels())
    this.strip.onkeydown = (event) => this.key(event)
  }

  show(data) {
    const same = this.data && data.name === this.data.name
    this.data = data
    if (!same) this.build()
    this.sizes.observe(this.frame)
    // What was just chosen here is newer than what comes back of the choice before.
    if (same && this.sent !== null && data.chosen !== this.sent) return
    this.sent = null
    this.mark(data.chosen)
  }

  build() {
    const { url, alt, width, height, faces } = this.data
    this.root.classList.toggle("crowd", this.data.crowd)
    this.root.classList.toggle("alone", faces.length === 1)
    // As wide as the page is, as high as the window allows, and no pixel larger than four of the screen.
    this.frame.style.aspectRatio = `${width} / ${height}`
    this.frame.style.maxWidth = `min(calc(85vh * ${width / height}), ${Math.max(384, 4 * width)}px)`
    const picture = document.createElement("img")
    Object.assign(picture, { src: url, alt })
    this.boxes = faces.map((face) => this.box(face))
    this.crops = faces.length > 1 ? faces.map((face) => this.crop(face)) : []
    this.frame.replaceChildren(picture, ...this.boxes)
    this.strip.replaceChildren(...this.crops)
    this.strip.setAttribute("aria-label", `${faces.length} faces`)
    this.strip.hidden = faces.length < 2
  }

  box(face) {
    const box = element("div", "face")
    for (const side of ["left", "top", "width", "height"]) box.style[side] = `${face[side]}%`
    paint(box, face)
    box.append(element("span", "label", `${face.number} ${face.text}`))
    box.onclick = () => this.choose(face.number)
    return box
  }

  crop(face) {
    const crop = element("button", "crop")
    const small = element("span", "small")
    small.style.backgroundImage = `url(${this.data.sprite})`
    small.style.backgroundSize = `${this.data.faces.length * 48}px 48px`
    small.style.backgroundPosition = `-${(face.number - 1) * 48}px 0`
    paint(small, face)
    crop.type = "button"
    crop.title = `${face.number} ${face.text}`
    crop.setAttribute("role", "radio")
    crop.setAttribute("aria-label", crop.title)
    crop.append(small, element("span", "number", this.data.crowd ? face.number : `${face.number} ${face.emotion}`))
    crop.onclick = () => this.choose(face.number)
    return crop
  }

  key(event) {
    const count = this.crops.length
    const ends = { Home: 1, End: count }
    const step = STEPS[event.key]
    if (!step && !ends[event.key]) return
    event.preventDefault()
    this.choose(ends[event.key] || ((this.chosen - 1 + step + count) % count) + 1)
  }

  choose(number) {
    this.crops[number - 1]?.focus({ preventScroll: true })
    if (number === this.chosen) return
    this.sent = number
    this.mark(number)
    this.send(number)
  }

  mark(number) {
    this.chosen = number
    this.boxes.forEach((box, at) => box.classList.toggle("chosen", at === number - 1 && this.boxes.length > 1))
    this.crops.forEach((crop, at) => {
      const chosen = at === number - 1
      crop.classList.toggle("chosen", chosen)
      crop.setAttribute("aria-checked", chosen)
      crop.tabIndex = chosen ? 0 : -1
    })
    const crop = this.crops[number - 1]
    if (crop) this.strip.scrollLeft = crop.offsetLeft - this.strip.offsetLeft - (this.strip.clientWidth - crop.offsetWidth) / 2
  }

  // A label stands above its face, or below it; where it would cover another face or label it is shown on hover alone.
  placeLabels() {
    const frame = this.frame.getBoundingClientRect()
    const taken = this.boxes.map((box) => box.getBoundingClientRect())
    this.boxes.forEach((box, at) => {
      const label = box.firstChild
      const own = taken[at]
      const size = label.getBoundingClientRect()
      const over = own.top - size.height - GAP - 2 >= frame.top
      label.classList.toggle("under", !over)
      label.classList.toggle("inward", own.left + size.width > frame.right)
      const place = label.getBoundingClientRect()
      const free = taken.every((other) => other === own || apart(place, other))
      label.classList.toggle("quiet", this.data.crowd || !free)
      if (free && !this.data.crowd) taken.push(place)
    })
  }
}

function apart(one, other) {
  return one.right < other.left || other.right < one.left || one.bottom < other.top || other.bottom < one.top
}

function paint(element, face) {
  element.style.setProperty("--colour", face.colour)
  element.style.setProperty("--ink", face.ink)
}

function element(tag, name, text = "") {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = text
  return made
}
