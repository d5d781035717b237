// Where the keyboard goes on once a dialog or popover has closed. Streamlit gives the focus back to what opened it, but
// not where the page has drawn that anew meanwhile: then the next key would begin at the top of the page.

const OVERLAYS = "[data-testid=stDialog], [data-testid=stPopoverBody]"
// Milliseconds within which the page may draw again what had the focus.
const WATCHED = 5000

/** What has the focus, within components too; null where nothing has it. */
const focused = () => {
  let found = document.activeElement
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
  return found === document.body || found?.tagName === "DIALOG" ? null : found
}
/** What an element is called, up to what may change of it: "Face 3" of "Face 3: labelled sad". */
const label = (element) => (element.getAttribute("aria-label") || element.textContent).split(":")[0].trim()
const inOverlay = (element) => {
  for (let one = element; one; one = one.getRootNode().host) if (one.closest(OVERLAYS)) return true
  return false
}

class Keeper {
  constructor() {
    this.open = false
    this.until = 0
    // A move within a component is no event for the document.
    for (const kind of ["focusin", "click", "keydown"]) document.addEventListener(kind, () => this.note(), true)
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (this.until = 0), true)
    new MutationObserver(() => this.look()).observe(document.body, { childList: true, subtree: true })
  }

  /** Remember what has the focus outside of dialogs, and how to find it where it is drawn anew. */
  note() {
    const element = focused()
    if (!element || inOverlay(element)) return
    this.last = { element, root: element.getRootNode(), tag: element.tagName, label: label(element) }
  }

  look() {
    const open = document.querySelector(OVERLAYS) !== null
    const closed = this.open && !open
    this.open = open
    if (!closed) return
    this.until = performance.now() + WATCHED
    this.restore()
  }

  restore() {
    // What a link has opened was opened by nothing on the page.
    const late = !this.last || performance.now() > this.until
    if (this.open || !this.until) return
    if (!focused()) (this.target() || (late ? title() : null))?.focus({ preventScroll: true })
    if (!late) requestAnimationFrame(() => this.restore())
  }

  /** What had the focus, or what stands in its place now; nothing while the page has not drawn that yet. */
  target() {
    const { element, root, tag, label: text } = this.last || {}
    if (!element || element.isConnected) return element
    const roots = root.host?.isConnected ? [root] : rootsOf(document)
    const alike = roots.flatMap((one) => [...one.querySelectorAll(tag)])
    return alike.find((one) => label(one) === text) || (roots[0] === root ? alike[0] : null)
  }
}

/** The page, and what lies within its components. */
const rootsOf = (page) => [page, ...[...page.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)]
const title = () => {
  const found = document.querySelector("[data-testid=stMain] h1")
  found?.setAttribute("tabindex", "-1")
  return found
}

export default function () {
  window.focusKeeper ||= new Keeper()
}
