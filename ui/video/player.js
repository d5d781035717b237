// The player of the page Video. All that moves with the video is drawn here, so that nothing waits for the server. Its time
// line is in timeline.js, which goes before this.

const decoded = (text, Kind) => {
  const signs = atob(text), bytes = new Uint8Array(signs.length)
  for (let place = 0; place < signs.length; place++) bytes[place] = signs.charCodeAt(place)
  return new Kind(bytes.buffer)
}

function unpacked(data) {
  return data.persons.map((one) => ({
    ...one,
    seconds: decoded(one.seconds, Float32Array),
    curves: decoded(one.curves, Uint8Array),
    names: decoded(one.names, Uint8Array),
    seen: decoded(one.seen, Float32Array),
    boxes: decoded(one.boxes, Uint16Array),
    quality: decoded(one.quality, Uint8Array),
  }))
}

class Player {
  constructor(root) {
    this.root = root
    this.find = (what) => root.querySelector(what)
    this.video = this.find("video")
    this.time = this.find(".time")
    this.line = new TimeLine(this.time, this.find(".cursor"))
    this.wanted = null
    this.listen()
    const resized = new ResizeObserver(() => this.showAnew())
    resized.observe(this.time.parentElement)
    resized.observe(this.video)
    let lost = 0
    const beat = () => {
      lost = root.isConnected ? 0 : lost + 1
      if (lost > 100) return
      this.refresh()
      requestAnimationFrame(beat)
    }
    requestAnimationFrame(beat)
  }

  update(data, sendMarker) {
    this.data = data
    this.sendMarker = sendMarker
    this.persons = unpacked(data)
    this.tiles = data.colours.map((colour, place) => tileOf(colour, data.inks[place], data.shapes[place]))
    this.video.style.aspectRatio = `${data.width} / ${data.height}` // the same before the file is loaded, or while it is made
    if (this.url !== data.url) {
      this.url = data.url
      if (data.url) this.video.src = data.url
      else this.video.removeAttribute("src")
      this.line.view = null
    }
    this.line.update(data, this.persons, this.tiles)
    this.showLegend()
    this.showSegments()
    this.showMarkers()
    this.showAnew()
  }

  listen() {
    this.time.addEventListener("pointerdown", (event) => this.pressed(event))
    this.time.addEventListener("pointermove", (event) => this.moved(event))
    this.time.addEventListener("pointerup", () => this.released())
    this.time.addEventListener("pointercancel", () => this.released())
    this.time.addEventListener("pointerenter", () => this.showAnew()) // the theme may be another one by now
    this.time.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return // the page scrolls
      event.preventDefault()
      this.line.zoom(event.deltaY + event.deltaX > 0 ? 1.25 : 0.8, this.line.secondsAt(event.offsetX))
    }, { passive: false })
    this.root.addEventListener("keydown", (event) => this.typed(event))
    const form = this.find(".marker")
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.sendMarker({ seconds: this.marked, text: form.querySelector("input").value.trim() })
      this.endMarker()
    })
    form.querySelector(".cancel").addEventListener("click", () => this.endMarker())
  }

  /** Where the video is, or is about to be. */
  get now() { return this.wanted ?? this.video.currentTime }

  seek(seconds) {
    this.wanted = null
    this.video.currentTime = Math.min(Math.max(seconds, 0), this.data.duration)
  }

  pressed(event) {
    if (event.offsetX < NAMES) return this.choose(Math.floor(event.offsetY / (LANE + GAP)))
    this.time.setPointerCapture(event.pointerId)
    const { from, to } = this.line.view
    this.drag = { x: event.offsetX, from, to, panned: event.shiftKey }
    if (!event.shiftKey) this.seek(this.line.secondsAt(event.offsetX))
  }

  /** Show a person's curves, if there is one in this lane. */
  choose(lane) {
    if (!this.persons[lane]) return
    this.line.chosen = lane
    this.showAnew()
  }

  moved(event) {
    if (!this.drag) return
    const { x, from, to, panned } = this.drag
    if (panned) {
      const shift = ((x - event.offsetX) / this.line.plotWidth()) * (to - from)
      this.line.show(from + shift, to + shift)
    } else if (event.offsetX !== x) {
      // One frame after the other is waited for; else none would be shown before the pointer rests.
      this.wanted = Math.min(Math.max(this.line.secondsAt(event.offsetX), 0), this.data.duration)
    }
  }

  released() {
    if (this.wanted !== null) this.seek(this.wanted)
    this.drag = null
  }

  typed(event) {
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return
    const step = event.shiftKey ? 1 : this.data.step, now = this.now
    const acts = {
      ArrowLeft: () => this.seek(now - step),
      ArrowRight: () => this.seek(now + step),
      Home: () => this.seek(0),
      End: () => this.seek(this.data.duration),
      ArrowUp: () => this.choose(this.line.chosen - 1),
      ArrowDown: () => this.choose(this.line.chosen + 1),
      "+": () => this.line.zoom(0.5, now),
      "-": () => this.line.zoom(2, now),
      e: () => this.beginMarker(),
      E: () => this.beginMarker(),
    }
    if (!acts[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  }

  beginMarker() {
    this.video.pause()
    this.marked = this.now
    const form = this.find(".marker")
    form.hidden = false
    form.querySelector("b").textContent = clock(this.marked)
    form.querySelector("input").value = ""
    form.querySelector("input").focus()
  }

  endMarker() {
    this.find(".marker").hidden = true
    this.time.focus()
  }

  showLegend() {
    this.find(".legend").replaceChildren(...this.data.labels.map((label, place) => {
      const one = document.createElement("span")
      one.textContent = label
      one.style.setProperty("--pattern", `url(${this.tiles[place].toDataURL()})`)
      return one
    }))
  }

  showSegments() {
    const rows = this.persons.flatMap((person) => person.segments.map((segment) => ({ person, segment })))
    rows.sort((one, other) => one.segment[1] - other.segment[1])
    const texts = rows.slice(0, 2000).map(({ person, segment: [label, onset, apex, offset, mean, peak] }) => [
      person.name, this.data.labels[label], onset, clock(apex), clock(offset),
      `${Math.round(100 * mean)} %`, `${Math.round(100 * peak)} %`,
    ])
    if (this.told === JSON.stringify(texts)) return // who reads the table, or is at one of its buttons, stays there
    this.told = JSON.stringify(texts)
    this.find(".segments").hidden = !rows.length
    this.find("tbody").replaceChildren(...texts.map((cells) => {
      const row = document.createElement("tr")
      for (const cell of cells) row.insertCell().append(typeof cell === "number" ? this.jumpTo(cell) : cell)
      return row
    }))
  }

  showMarkers() {
    this.find(".markers").replaceChildren(...this.data.markers.map((marker) => {
      const line = document.createElement("li")
      line.append(this.jumpTo(marker.seconds), ` ${marker.text}`)
      return line
    }))
  }

  jumpTo(seconds) {
    const jump = document.createElement("button")
    jump.type = "button"
    jump.textContent = clock(seconds)
    jump.addEventListener("click", () => this.seek(seconds))
    return jump
  }

  /** Have all of it drawn with the browser's next picture. */
  showAnew() {
    this.line.stale = true
    this.drawn = null
  }

  /** Draw what has changed since the last picture of the browser. */
  refresh() {
    if (!this.data || !this.time.clientWidth) return
    const behind = this.wanted !== null && Math.abs(this.video.currentTime - this.wanted) > 1e-3
    if (behind && !this.video.seeking) this.video.currentTime = this.wanted
    const now = this.now, before = this.drawn, moved = now !== before
    if (moved && before !== null && this.line.shows(before) && !this.line.shows(now)) this.follow(now)
    if (!moved && !this.line.stale) return
    if (this.line.stale) this.line.draw()
    this.line.moveCursor(now)
    if (!moved) return
    this.drawn = now
    this.drawBoxes()
    this.tell()
  }

  /** Turn the page, as it were, where the video has left the part that is shown. */
  follow(seconds) {
    const { from, to } = this.line.view
    this.line.show(seconds - 0.1 * (to - from), seconds + 0.9 * (to - from))
  }

  tell() {
    const whole = this.data.duration.toFixed(1), now = this.drawn.toFixed(1)
    const person = this.persons[this.line.chosen], words = clock(this.drawn) + (person ? `, curves of ${person.name}` : "")
    if (this.time.getAttribute("aria-valuetext") === words && this.time.getAttribute("aria-valuemax") === whole) return
    this.time.setAttribute("aria-valuemin", "0")
    this.time.setAttribute("aria-valuemax", whole)
    this.time.setAttribute("aria-valuenow", now)
    this.time.setAttribute("aria-valuetext", words)
  }

  /** The boxes lie where the video does within its frame, which may have black bars. */
  drawBoxes() {
    const canvas = this.find(".boxes"), width = this.video.clientWidth, height = this.video.clientHeight
    if (!width || !height) return
    const pen = cleared(canvas, width, height, this.line.font)
    const scale = Math.min(width / this.data.width, height / this.data.height)
    const left = (width - scale * this.data.width) / 2, top = (height - scale * this.data.height) / 2
    for (const person of this.persons) this.drawBox(pen, person, scale, left, top)
  }

  drawBox(pen, person, scale, left, top) {
    const near = Math.max(1.5 * this.data.step, 0.05), now = this.drawn
    const row = placeOf(person.seen, now + 1e-3) - 1
    if (row < 0 || now - person.seen[row] > near) return
    const [x, y, w, h] = [0, 1, 2, 3].map((one) => person.boxes[4 * row + one] * scale)
    const read = placeOf(person.seconds, person.seen[row] - 1e-4)
    const known = read < person.seconds.length && Math.abs(person.seconds[read] - person.seen[row]) < 1e-3
    const label = known ? person.names[read] : this.data.labels.length - 1, colour = this.data.colours[label]
    pen.strokeStyle = colour
    pen.lineWidth = 3
    pen.strokeRect(left + x, top + y, w, h)
    const text = known ? `${person.name}: ${this.data.labels[label].toLowerCase()}` : person.name
    pen.font = `bold 13px ${this.line.font}`
    const wide = pen.measureText(text).width + 8
    pen.fillStyle = colour
    pen.fillRect(left + x - 1.5, Math.max(0, top + y - 19), wide, 18)
    pen.fillStyle = this.data.inks[label]
    pen.fillText(text, left + x + 3, Math.max(13, top + y - 6))
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".player")
  root.player ||= new Player(root)
  root.player.update(data, (marker) => setTriggerValue("marker", marker))
}
