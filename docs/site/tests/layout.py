"""Facts about a page in the browser that hold with any font."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browser import Browser

WIDE, NARROW = 1280, 390

# The elements that reach beyond the page on the right, unless something around them scrolls.
BEYOND = """
[...document.querySelectorAll('body *')].filter(element => {
  const place = element.getBoundingClientRect();
  if (!place.width || place.left >= innerWidth || place.right <= innerWidth + 1) return false;
  for (let around = element; around !== document.body; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (style.overflowX !== 'visible' || style.position === 'fixed') return false;
  }
  return true;
}).map(element => element.tagName + ' ' + element.textContent.slice(0, 60))
"""


def assert_fits(browser: Browser) -> None:
    """Fails for a page that scrolls to the side, misses a part of it, or shows a picture that did not load."""
    assert browser.failures() == []
    assert browser.value("document.documentElement.scrollWidth <= innerWidth"), browser.value(BEYOND)
    assert browser.value(BEYOND) == []
    assert browser.value("[...document.images].filter(image => !image.naturalWidth).map(image => image.src)") == []
    assert browser.value("document.querySelectorAll('h1').length") == 1
    foreign = [url for url in browser.requests() if not url.startswith(("file:", "data:"))]
    assert foreign == []
