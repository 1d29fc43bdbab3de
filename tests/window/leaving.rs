//! Who stops a ceremony or closes the window in the middle of one is asked first, and told what would be lost.

use crate::page::{Page, Seen};
use crate::people::People;
use crate::screen::{Screen, is_named};
use crate::{folder, played};
use fantoccini::key::Key;

/// Presses the cross of the window as a window manager does: `WM_DELETE_WINDOW` (ICCCM, section 4.2.8.1).
const CROSS: &str = r#"
import ctypes, sys
x = ctypes.CDLL("libX11.so.6")
W, P = ctypes.c_ulong, ctypes.c_void_p
x.XOpenDisplay.restype = P
x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [P], W
x.XInternAtom.argtypes, x.XInternAtom.restype = [P, ctypes.c_char_p, ctypes.c_int], W
x.XQueryTree.argtypes = [P, W, P, P, P, P]
x.XFetchName.argtypes = [P, W, P]
x.XSendEvent.argtypes = [P, W, ctypes.c_int, ctypes.c_long, P]
x.XFlush.argtypes = [P]
d = x.XOpenDisplay(None)
class Message(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", W), ("sent", ctypes.c_int), ("display", P), ("window", W),
                ("kind", W), ("format", ctypes.c_int), ("data", ctypes.c_long * 5)]
def children(window):
    root, parent, list_, n = W(), W(), ctypes.POINTER(W)(), ctypes.c_uint()
    x.XQueryTree(d, window, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(list_), ctypes.byref(n))
    return [list_[i] for i in range(n.value)]
def named(window):
    name = ctypes.c_char_p()
    x.XFetchName(d, window, ctypes.byref(name))
    return name.value and b"Cofferdam" in name.value and b"witness display" not in name.value
found, ahead = [], [x.XDefaultRootWindow(d)]
while ahead:
    window = ahead.pop()
    found += [window] if named(window) else []
    ahead += children(window)
if len(found) != 1: sys.exit(f"{len(found)} windows")
m = Message(33, 0, 1, d, found[0], x.XInternAtom(d, b"WM_PROTOCOLS", 0), 32)
m.data[0] = x.XInternAtom(d, b"WM_DELETE_WINDOW", 0)
event = ctypes.create_string_buffer(192)
ctypes.memmove(event, ctypes.byref(m), ctypes.sizeof(m))
x.XSendEvent(d, found[0], 0, 0, event)
x.XFlush(d)
x.XSync.argtypes = [P, ctypes.c_int]
x.XSync(d, 0)
"#;

pub(crate) fn presses_the_cross(screen: &Screen) {
    let out = screen.command("python3").args(["-c", CROSS]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Waits until the window's process has ended.
pub(crate) async fn closes(process: u32) {
    for _ in 0..200 {
        if !is_named(process, "") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the window stays");
}

/// One press on the cross made five finished shares void.
#[test]
fn nobody_loses_shares_by_one_press() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, false).await;
        page.click("rehearse-rehearsal-minimal").await;
        page.until("review", |s| s.place == "review").await;
        page.click("primary").await;
        let mut people = People::with(std::path::PathBuf::new(), folder(&screen, "medium"));
        // The first question: nothing was done yet.
        let first = people.play(&page, |s| s.id.is_some()).await;
        page.click("stop").await;
        assert!(page.text("lost").await.contains("No finished step is lost"));
        page.click("stay").await;
        page.until_dialog("leaving", false).await;

        // In the middle of the second custodian's share.
        let showing = |s: &Seen| {
            s.kind.as_deref() == Some("show-share") && s.key.as_deref().is_some_and(|k| k.contains(".2/"))
        };
        let seen = people.play(&page, showing).await;
        assert_ne!(seen.id, first.id);
        page.click("reveal").await;
        page.text("share-row").await;
        // Blank at once, by one key and wherever the keyboard is.
        page.press(Key::Escape).await;
        for _ in 0..40 {
            if page.text_if_there("share-row").await.is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(page.text_if_there("share-row").await, None);
        page.click("reveal").await;
        page.text("share-row").await;
        page.fits("a custodian's page").await;
        page.picture("custodian").await;
        let above = "const b = document.querySelector('[data-testid=primary]').getBoundingClientRect(); return b.bottom <= innerHeight";
        assert_eq!(
            page.client.execute(above, Vec::new()).await.unwrap(),
            true,
            "the button is below the fold"
        );
        page.click("stop").await;
        let lost = page.text("leaving").await;
        assert!(lost.contains("finished steps would have to be done again"), "{lost}");
        assert!(lost.contains("sheets that were written are void"), "{lost}");
        assert!(lost.contains("nothing would have to be done again"), "{lost}");
        assert_eq!(page.text_if_there("share-row").await, None, "a row stays in sight");
        page.picture("leaving").await;
        assert_eq!(page.inaccessible().await, Vec::<String>::new());
        page.press(Key::Escape).await;
        page.until_dialog("leaving", false).await;
        assert_eq!(page.look().await, seen);

        // The cross asks the same, as often as it is pressed.
        for _ in 0..3 {
            presses_the_cross(&screen);
            assert!(page.text("leave").await.contains("close the window"));
            page.click("stay").await;
            page.until_dialog("leaving", false).await;
        }
        assert_eq!(page.look().await, seen);
        // It goes on from there, to its end.
        let process = page.process();
        let end = people
            .play(&page, |s| {
                s.key.as_deref().is_some_and(|k| k.starts_with("close/") || k.starts_with("agree/"))
            })
            .await;
        assert!(end.id.is_some());
        presses_the_cross(&screen);
        page.click("leave").await;
        closes(process).await;
        drop(page);

        // It was stopped, not cut off, and goes on; where nothing is played, the cross just closes.
        let page = Page::open(&screen, false).await;
        assert!(page.everything().await.contains("Go on with a ceremony"));
        let process = page.process();
        presses_the_cross(&screen);
        closes(process).await;
    });
}
