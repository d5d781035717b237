// The player of the page Video. All that moves with the video is drawn here, so that nothing waits for the server.
const LANE = 18, GAP = 4, CURVES = 130, QUALITY = 12, AXIS = 20, NAMES = 92

const decoded = (text, Kind) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
  return new Kind(bytes.buffer)
}
const clock = (seconds) => {
  const whole = Math.max(0, seconds), minutes = Math.floor(whole / 60)
  return `${minutes}:${(whole - 60 * minutes).toFixed(1).padStart(4, "0")}`
}
/** The first place in a sorted array whose value is not below what is looked for. */
const placeOf = (values, value) => {
  let low = 0, high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** A tile of a colour with a pattern of the given shape on it, so that lanes can be told apart in grey. */
const TILE = 7
const tileOf = (colour, ink, shape) => {
  const tile = document.createElement("canvas"), sharp = 2
  tile.width = tile.height = TILE * sharp
  const pen = tile.getContext("2d")
  pen.scale(sharp, sharp)
  pen.fillStyle = colour
  pen.fillRect(0, 0, TILE, TILE)
  pen.strokeStyle = pen.fillStyle = ink
  pen.globalAlpha = 0.5
  pen.lineWidth = 1.25
  const half = TILE / 2, falling = [[0, 0, TILE, TILE], [-half, half, half, TILE + half], [half, -half, TILE + half, half]]
  const lines = {
    "\\": falling,
    "/": falling.map(([x, y, toX, toY]) => [TILE - x, y, TILE - toX, toY]),
    "|": [[half, 0, half, TILE]],
    "-": [[0, half, TILE, half]],
  }
  lines.x = [...lines["/"], ...lines["\\"]]
  lines["+"] = [...lines["|"], ...lines["-"]]
  pen.beginPath()
  if (shape === ".") pen.arc(half, half, 1.5, 0, 7)
  for (const [x, y, toX, toY] of lines[shape] || []) {
    pen.moveTo(x, y)
    pen.lineTo(toX, toY)
  }
  shape === "." ? pen.fill() : pen.stroke()
  return tile
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
    this.chosen = 0
    this.listen()
    const resized = new ResizeObserver(() => this.draw())
    resized.observe(this.time.parentElement)
    resized.observe(this.video)
    const beat = () => {
      if (!root.isConnected && this.lost++ > 100) return
      if (this.video.currentTime !== this.drawn) this.draw()
      requestAnimationFrame(beat)
    }
    this.lost = 0
    requestAnimationFrame(beat)
  }

  update(data, sendMarker) {
    this.data = data
    this.sendMarker = sendMarker
    this.persons = unpacked(data)
    this.tiles = data.colours.map((colour, place) => tileOf(colour, data.inks[place], data.shapes[place]))
    this.chosen = Math.min(this.chosen, Math.max(0, this.persons.length - 1))
    if (this.url !== data.url) {
      this.url = this.video.src = data.url
      this.view = null
    }
    if (!this.view || this.view.whole) this.view = { from: 0, to: Math.max(data.duration, 0.1), whole: true }
    this.showLegend()
    this.showSegments()
    this.showMarkers()
    this.draw()
  }

  listen() {
    this.time.addEventListener("pointerdown", (event) => this.pressed(event))
    this.time.addEventListener("pointermove", (event) => this.moved(event))
    this.time.addEventListener("pointerup", () => (this.drag = null))
    this.time.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return // the page scrolls
      event.preventDefault()
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.secondsAt(event.offsetX))
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

  seek(seconds) {
    this.video.currentTime = Math.min(Math.max(seconds, 0), this.data.duration)
    this.draw()
  }

  pressed(event) {
    if (event.offsetX < NAMES) {
      const lane = Math.floor(event.offsetY / (LANE + GAP))
      if (lane < this.persons.length) this.chosen = lane
      this.draw()
      return
    }
    this.time.setPointerCapture(event.pointerId)
    this.drag = { x: event.offsetX, from: this.view.from, to: this.view.to, panned: event.shiftKey }
    if (!event.shiftKey) this.seek(this.secondsAt(event.offsetX))
  }

  moved(event) {
    if (!this.drag) return
    if (!this.drag.panned) return this.seek(this.secondsAt(event.offsetX))
    const shift = ((this.drag.x - event.offsetX) / this.plotWidth()) * (this.drag.to - this.drag.from)
    this.show(this.drag.from + shift, this.drag.to + shift)
  }

  typed(event) {
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return
    const step = event.shiftKey ? 1 : this.data.step, now = this.video.currentTime
    const acts = {
      ArrowLeft: () => this.seek(now - step),
      ArrowRight: () => this.seek(now + step),
      Home: () => this.seek(0),
      End: () => this.seek(this.data.duration),
      "+": () => this.zoom(0.5, now),
      "-": () => this.zoom(2, now),
      e: () => this.beginMarker(),
      E: () => this.beginMarker(),
    }
    if (!acts[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  }

  zoom(factor, middle) {
    const width = Math.max((this.view.to - this.view.from) * factor, 10 * this.data.step)
    const share = (middle - this.view.from) / (this.view.to - this.view.from)
    this.show(middle - share * width, middle + (1 - share) * width)
  }

  show(from, to) {
    const width = Math.min(to - from, this.data.duration), start = Math.min(Math.max(from, 0), this.data.duration - width)
    this.view = { from: start, to: start + width, whole: width >= this.data.duration }
    this.draw()
  }

  plotWidth() { return Math.max(this.time.clientWidth - NAMES, 1) }
  secondsAt(x) { return this.view.from + ((x - NAMES) / this.plotWidth()) * (this.view.to - this.view.from) }
  xAt(seconds) { return NAMES + ((seconds - this.view.from) / (this.view.to - this.view.from)) * this.plotWidth() }

  beginMarker() {
    this.video.pause()
    this.marked = this.video.currentTime
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
    this.find(".segments").hidden = !rows.length
    this.find("tbody").replaceChildren(...rows.slice(0, 2000).map(({ person, segment }) => {
      const [label, onset, apex, offset, mean, peak] = segment
      const row = document.createElement("tr")
      const jump = document.createElement("button")
      jump.type = "button"
      jump.textContent = clock(onset)
      jump.addEventListener("click", () => this.seek(onset))
      const texts = [person.name, this.data.labels[label], jump, clock(apex), clock(offset)]
      texts.push(`${Math.round(100 * mean)} %`, `${Math.round(100 * peak)} %`)
      for (const text of texts) row.insertCell().append(text)
      return row
    }))
  }

  showMarkers() {
    this.find(".markers").replaceChildren(...this.data.markers.map((marker) => {
      const line = document.createElement("li"), jump = document.createElement("button")
      jump.type = "button"
      jump.textContent = clock(marker.seconds)
      jump.addEventListener("click", () => this.seek(marker.seconds))
      line.append(jump, ` ${marker.text}`)
      return line
    }))
  }

  draw() {
    if (!this.data || !this.time.clientWidth) return
    this.drawn = this.video.currentTime
    this.style = getComputedStyle(this.root)
    this.drawTime()
    this.drawBoxes()
    this.time.setAttribute("aria-valuemin", "0")
    this.time.setAttribute("aria-valuemax", this.data.duration.toFixed(1))
    this.time.setAttribute("aria-valuenow", this.drawn.toFixed(1))
    this.time.setAttribute("aria-valuetext", clock(this.drawn))
  }

  sized(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    const pen = canvas.getContext("2d")
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    pen.font = `12px ${this.style.fontFamily}`
    return pen
  }

  drawTime() {
    const lanes = this.persons.length * (LANE + GAP), width = this.time.clientWidth
    const height = lanes + CURVES + QUALITY + AXIS + 2 * GAP
    this.time.style.height = `${height}px`
    const pen = this.sized(this.time, width, height)
    pen.save()
    pen.beginPath()
    pen.rect(NAMES, 0, width - NAMES, height)
    pen.clip()
    const patterns = this.tiles.map((tile) => {
      const pattern = pen.createPattern(tile, "repeat")
      pattern.setTransform(new DOMMatrix().scale(TILE / tile.width))
      return pattern
    })
    this.persons.forEach((person, lane) => this.drawLane(pen, person, lane * (LANE + GAP), patterns))
    const chosen = this.persons[this.chosen]
    if (chosen) {
      this.drawCurves(pen, chosen, lanes + GAP)
      this.drawQuality(pen, chosen, lanes + CURVES + 2 * GAP)
    }
    this.drawCursor(pen, height - AXIS)
    pen.restore()
    this.drawNames(pen, lanes)
    this.drawAxis(pen, height)
  }

  /** The word for a label on its lane, on plain colour, as a pattern would make it hard to read. */
  writeOn(pen, label, left, top) {
    const word = this.data.labels[label]
    pen.fillStyle = this.data.colours[label]
    pen.fillRect(left - 2, top, pen.measureText(word).width + 4, LANE)
    pen.fillStyle = this.data.inks[label]
    pen.fillText(word, left, top + 13)
  }

  drawLane(pen, person, top, patterns) {
    for (const [label, start, end] of person.spans) {
      if (end < this.view.from || start > this.view.to) continue
      const left = this.xAt(start), right = Math.max(this.xAt(end), left + 1)
      pen.fillStyle = patterns[label]
      pen.fillRect(left, top, right - left, LANE)
      if (right - left > 60) this.writeOn(pen, label, Math.max(left, NAMES) + 4, top)
    }
  }

  drawCurves(pen, person, top) {
    const classes = this.data.labels.length - 1, { seconds, curves } = person
    const first = Math.max(0, placeOf(seconds, this.view.from) - 1), last = Math.min(seconds.length, placeOf(seconds, this.view.to) + 1)
    const stride = Math.max(1, Math.ceil((last - first) / (2 * this.plotWidth()))), gap = Math.max(0.3, 2.5 * this.data.step * stride)
    pen.lineWidth = 1.75
    for (let one = 0; one < classes; one++) {
      pen.strokeStyle = this.data.colours[one]
      pen.beginPath()
      for (let row = first; row < last; row += stride) {
        const x = this.xAt(seconds[row]), y = top + CURVES * (1 - curves[row * classes + one] / 255)
        if (row > first && seconds[row] - seconds[row - stride] <= gap) pen.lineTo(x, y)
        else pen.moveTo(x, y)
      }
      pen.stroke()
    }
  }

  drawQuality(pen, person, top) {
    const { seen, quality } = person
    const first = placeOf(seen, this.view.from), last = placeOf(seen, this.view.to)
    const stride = Math.max(1, Math.floor((last - first) / this.plotWidth()))
    pen.fillStyle = this.style.color
    for (let row = first; row < last; row += stride) {
      const high = (QUALITY * quality[row]) / 255, next = row + stride < last ? this.xAt(seen[row + stride]) : this.xAt(seen[row]) + 2
      pen.globalAlpha = 0.55
      pen.fillRect(this.xAt(seen[row]), top + QUALITY - high, Math.max(1, Math.min(next - this.xAt(seen[row]), 12)), high)
    }
    pen.globalAlpha = 1
  }

  drawCursor(pen, height) {
    pen.strokeStyle = this.style.color
    pen.setLineDash([3, 3])
    for (const cut of this.data.cuts) this.line(pen, this.xAt(cut), height, 0.5)
    pen.setLineDash([])
    for (const marker of this.data.markers) this.line(pen, this.xAt(marker.seconds), height, 1)
    this.line(pen, this.xAt(this.drawn), height, 2)
  }

  line(pen, x, height, width) {
    pen.lineWidth = width
    pen.beginPath()
    pen.moveTo(x, 0)
    pen.lineTo(x, height)
    pen.stroke()
  }

  drawNames(pen, lanes) {
    pen.fillStyle = this.style.color
    this.persons.forEach((person, lane) => {
      pen.font = `${lane === this.chosen ? "bold " : ""}12px ${this.style.fontFamily}`
      pen.fillText(person.name.slice(0, 14), 0, lane * (LANE + GAP) + 13)
    })
    pen.font = `12px ${this.style.fontFamily}`
    if (!this.persons.length) return pen.fillText("No face so far", NAMES, 14)
    pen.fillText("100 %", 0, lanes + GAP + 10)
    pen.fillText("0 %", 0, lanes + GAP + CURVES)
    pen.fillText("Quality", 0, lanes + CURVES + QUALITY + 2 * GAP)
  }

  drawAxis(pen, height) {
    const span = this.view.to - this.view.from, wanted = span / Math.max(2, this.plotWidth() / 90)
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((one) => one >= wanted) || 7200
    pen.fillStyle = this.style.color
    for (let at = Math.ceil(this.view.from / step) * step; at <= this.view.to; at += step) {
      const x = this.xAt(at)
      pen.fillRect(x, height - AXIS, 1, 4)
      if (x < this.time.clientWidth - 34) pen.fillText(clock(at), x + 2, height - 4)
    }
  }

  /** The boxes lie where the video does within its frame, which may have black bars. */
  drawBoxes() {
    const canvas = this.find(".boxes"), width = this.video.clientWidth, height = this.video.clientHeight
    if (!width || !height) return
    const pen = this.sized(canvas, width, height)
    const scale = Math.min(width / this.data.width, height / this.data.height)
    const left = (width - scale * this.data.width) / 2, top = (height - scale * this.data.height) / 2
    for (const person of this.persons) this.drawBox(pen, person, scale, left, top)
  }

  drawBox(pen, person, scale, left, top) {
    const near = Math.max(1.5 * this.data.step, 0.05), now = this.drawn
    let row = placeOf(person.seen, now + 1e-3) - 1
    if (row < 0 || now - person.seen[row] > near) return
    const [x, y, w, h] = [0, 1, 2, 3].map((one) => person.boxes[4 * row + one] * scale)
    const read = placeOf(person.seconds, person.seen[row] - 1e-4)
    const known = read < person.seconds.length && Math.abs(person.seconds[read] - person.seen[row]) < 1e-3
    const label = known ? person.names[read] : this.data.labels.length - 1, colour = this.data.colours[label]
    pen.strokeStyle = colour
    pen.lineWidth = 3
    pen.strokeRect(left + x, top + y, w, h)
    const text = known ? `${person.name}: ${this.data.labels[label].toLowerCase()}` : person.name
    pen.font = `bold 13px ${this.style.fontFamily}`
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
