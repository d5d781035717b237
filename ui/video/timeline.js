// The time line under the player: a lane a person, one person's curves and quality, cuts and markers. All of it stands
// still on a canvas until something else is to be seen of it; the cursor, which moves with the video, lies over it.
const LANE = 18, GAP = 4, CURVES = 130, QUALITY = 12, AXIS = 20, NAMES = 92

const clock = (seconds) => {
  const tenths = Math.round(10 * Math.max(0, seconds)), hours = Math.floor(tenths / 36000)
  const rest = `${Math.floor(tenths / 600) % 60}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`
  return hours ? `${hours}:${rest.padStart(7, "0")}` : rest
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

/** A canvas' pen, in CSS pixels, on an empty canvas of the given size. */
function cleared(canvas, width, height, font) {
  const ratio = window.devicePixelRatio || 1, across = Math.round(width * ratio), down = Math.round(height * ratio)
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across
    canvas.height = down
  }
  const pen = canvas.getContext("2d")
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  pen.font = `12px ${font}`
  return pen
}

class TimeLine {
  constructor(canvas, cursor) {
    this.canvas = canvas
    this.cursor = cursor
    this.chosen = 0
  }

  /** What is shown, and all of it if nothing else was chosen; the next `draw` shows it. */
  update(data, persons, tiles) {
    Object.assign(this, { data, persons, tiles })
    this.chosen = Math.min(this.chosen, Math.max(0, persons.length - 1))
    if (!this.view || this.view.whole) this.view = { from: 0, to: Math.max(data.duration, 0.1), whole: true }
    this.stale = true
  }

  plotWidth() { return Math.max(this.canvas.clientWidth - NAMES, 1) }
  secondsAt(x) { return this.view.from + ((x - NAMES) / this.plotWidth()) * (this.view.to - this.view.from) }
  xAt(seconds) { return NAMES + (seconds - this.view.from) * this.scale }
  shows(seconds) { return seconds >= this.view.from && seconds <= this.view.to }

  zoom(factor, middle) {
    const width = Math.max((this.view.to - this.view.from) * factor, 10 * this.data.step)
    const share = (middle - this.view.from) / (this.view.to - this.view.from)
    this.show(middle - share * width, middle + (1 - share) * width)
  }

  show(from, to) {
    const width = Math.min(to - from, this.data.duration), start = Math.min(Math.max(from, 0), this.data.duration - width)
    this.view = { from: start, to: start + width, whole: width >= this.data.duration }
    this.stale = true
  }

  moveCursor(seconds) {
    this.cursor.hidden = !this.shows(seconds)
    const x = NAMES + ((seconds - this.view.from) / (this.view.to - this.view.from)) * this.plotWidth()
    this.cursor.style.transform = `translateX(${x - 1}px)`
  }

  draw() {
    const width = this.canvas.clientWidth, style = getComputedStyle(this.canvas)
    const lanes = this.persons.length * (LANE + GAP), height = lanes + CURVES + QUALITY + AXIS + 2 * GAP
    this.stale = false
    this.colour = style.color
    this.font = style.fontFamily
    this.scale = this.plotWidth() / (this.view.to - this.view.from)
    this.canvas.style.height = `${height}px`
    this.cursor.style.height = `${height - AXIS}px`
    const pen = cleared(this.canvas, width, height, this.font)
    pen.save()
    pen.beginPath()
    pen.rect(NAMES, 0, width - NAMES, height)
    pen.clip()
    this.drawLanes(pen)
    const chosen = this.persons[this.chosen]
    if (chosen) {
      this.drawCurves(pen, chosen, lanes + GAP)
      this.drawQuality(pen, chosen, lanes + CURVES + 2 * GAP)
    }
    this.drawMarks(pen, height - AXIS)
    pen.restore()
    this.drawNames(pen, lanes)
    this.drawAxis(pen, height)
  }

  drawLanes(pen) {
    const patterns = this.tiles.map((tile) => {
      const pattern = pen.createPattern(tile, "repeat")
      pattern.setTransform(new DOMMatrix().scale(TILE / tile.width))
      return pattern
    })
    this.persons.forEach((person, lane) => this.drawLane(pen, person, lane * (LANE + GAP), patterns))
  }

  drawLane(pen, person, top, patterns) {
    let reached = -1
    for (const [label, start, end] of person.spans) {
      if (end < this.view.from || start > this.view.to) continue
      const left = this.xAt(start), right = Math.max(this.xAt(end), left + 1)
      if (right <= reached + 0.5) continue // it would be no wider than the pixel that others have
      pen.fillStyle = patterns[label]
      pen.fillRect(left, top, right - left, LANE)
      if (right - left > 60) this.writeOn(pen, label, Math.max(left, NAMES) + 4, top)
      reached = right
    }
  }

  /** The word for a label on its lane, on plain colour, as a pattern would make it hard to read. */
  writeOn(pen, label, left, top) {
    const word = this.data.labels[label]
    pen.fillStyle = this.data.colours[label]
    pen.fillRect(left - 2, top, pen.measureText(word).width + 4, LANE)
    pen.fillStyle = this.data.inks[label]
    pen.fillText(word, left, top + 13)
  }

  drawCurves(pen, person, top) {
    const { seconds } = person
    const first = Math.max(0, placeOf(seconds, this.view.from) - 1)
    const last = Math.min(seconds.length, placeOf(seconds, this.view.to) + 1)
    if (last - first > this.plotWidth()) this.drawColumns(pen, person, top, first, last)
    else this.drawLines(pen, person, top, first, last)
  }

  drawLines(pen, { seconds, curves }, top, first, last) {
    const classes = this.data.labels.length - 1, gap = Math.max(0.3, 2.5 * this.data.step)
    pen.lineWidth = 1.75
    for (let one = 0; one < classes; one++) {
      pen.strokeStyle = this.data.colours[one]
      pen.beginPath()
      for (let row = first; row < last; row++) {
        const x = this.xAt(seconds[row]), y = top + CURVES * (1 - curves[row * classes + one] / 255)
        if (row > first && seconds[row] - seconds[row - 1] <= gap) pen.lineTo(x, y)
        else pen.moveTo(x, y)
      }
      pen.stroke()
    }
  }

  /** Of more points than pixels: in each column of pixels from the lowest to the highest, so that no peak is lost. */
  drawColumns(pen, { seconds, curves }, top, first, last) {
    const classes = this.data.labels.length - 1, gap = Math.max(0.3, 2.5 * this.data.step)
    const low = new Uint8Array(classes), high = new Uint8Array(classes)
    const columns = Array.from({ length: classes }, () => [])
    let row = first
    while (row < last) {
      const x = Math.floor(this.xAt(seconds[row])), goesOn = row > first && seconds[row] - seconds[row - 1] <= gap
      const from = (goesOn ? row - 1 : row) * classes // the last column's end, so that the columns hang together
      for (let one = 0; one < classes; one++) low[one] = high[one] = curves[from + one]
      for (; row < last && Math.floor(this.xAt(seconds[row])) === x; row++) {
        for (let one = 0, place = row * classes; one < classes; one++, place++) {
          const value = curves[place]
          if (value < low[one]) low[one] = value
          else if (value > high[one]) high[one] = value
        }
      }
      for (let one = 0; one < classes; one++) columns[one].push(x, low[one], high[one])
    }
    columns.forEach((column, one) => {
      pen.fillStyle = this.data.colours[one]
      for (let place = 0; place < column.length; place += 3) {
        const upper = top + Math.round(CURVES * (1 - column[place + 2] / 255))
        pen.fillRect(column[place], upper - 1, 1, top + Math.round(CURVES * (1 - column[place + 1] / 255)) - upper + 2)
      }
    })
  }

  drawQuality(pen, { seen, quality }, top) {
    const first = placeOf(seen, this.view.from), last = placeOf(seen, this.view.to)
    pen.fillStyle = this.colour
    pen.globalAlpha = 0.55
    for (let row = first; row < last;) {
      const x = Math.floor(this.xAt(seen[row]))
      let least = quality[row]
      for (row++; row < last && this.xAt(seen[row]) < x + 1; row++) least = Math.min(least, quality[row])
      const next = row < last ? Math.floor(this.xAt(seen[row])) : x + 2, high = (QUALITY * least) / 255
      pen.fillRect(x, top + QUALITY - high, Math.max(1, Math.min(next - x, 12)), high)
    }
    pen.globalAlpha = 1
  }

  drawMarks(pen, height) {
    pen.strokeStyle = this.colour
    pen.setLineDash([3, 3])
    for (const cut of this.data.cuts) this.line(pen, this.xAt(cut), height, 0.5)
    pen.setLineDash([])
    for (const marker of this.data.markers) this.line(pen, this.xAt(marker.seconds), height, 1)
  }

  line(pen, x, height, width) {
    if (x < NAMES || x > this.canvas.clientWidth) return
    pen.lineWidth = width
    pen.beginPath()
    pen.moveTo(x, 0)
    pen.lineTo(x, height)
    pen.stroke()
  }

  drawNames(pen, lanes) {
    pen.fillStyle = this.colour
    this.persons.forEach((person, lane) => {
      pen.font = `${lane === this.chosen ? "bold " : ""}12px ${this.font}`
      pen.fillText(person.name.slice(0, 14), 0, lane * (LANE + GAP) + 13)
    })
    pen.font = `12px ${this.font}`
    if (!this.persons.length) return pen.fillText("No face so far", NAMES, 14)
    pen.fillText("100 %", 0, lanes + GAP + 10)
    pen.fillText("0 %", 0, lanes + GAP + CURVES)
    pen.fillText("Quality", 0, lanes + CURVES + QUALITY + 2 * GAP)
  }

  drawAxis(pen, height) {
    const span = this.view.to - this.view.from, wanted = span / Math.max(2, this.plotWidth() / 90)
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((one) => one >= wanted) || 7200
    pen.fillStyle = this.colour
    for (let at = Math.ceil(this.view.from / step) * step; at <= this.view.to; at += step) {
      const x = this.xAt(at), word = clock(at)
      pen.fillRect(x, height - AXIS, 1, 4)
      if (x + pen.measureText(word).width + 2 < this.canvas.clientWidth) pen.fillText(word, x + 2, height - 4)
    }
  }
}
