//! Between the reader of the room and the page: a queue that forgets what it has delivered.

use crate::witness::WitnessView;
use crate::words;
use protocol::{FromRoom, ToRoom, write_line};
use serde::Serialize;
use std::process::{Child, ChildStdin};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// What the page is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Notice {
    /// The room said something.
    Message { message: Box<FromRoom> },
    /// The room is gone; one sentence why.
    RoomEnded { why: String },
    /// Somebody closes the window while a ceremony is played.
    Closing,
}

/// The answer to one poll.
#[derive(Debug, Serialize)]
pub(crate) struct Notices {
    /// Whether the page that asked is still the one on the screen.
    pub(crate) current: bool,
    /// What happened since, oldest first.
    pub(crate) notices: Vec<Notice>,
}

/// What a page that begins is told.
#[derive(Debug, Serialize)]
pub(crate) struct Opened {
    /// The page's number.
    page: u64,
    /// Whether a ceremony is being played: then the page asks for everything again.
    playing: bool,
    /// Whether what a page asks for first was asked for already: its answers come without asking.
    asked: bool,
    /// Why there is no room, where there is none.
    ended: Option<String>,
    /// What was said already of what was asked for.
    notices: Vec<Notice>,
}

#[derive(Default)]
struct Inner {
    page: u64,
    /// Which start of the room is the current one: a reader of an earlier one is not listened to.
    room: u64,
    playing: bool,
    /// What a page asks for first was asked for, and no page has begun since.
    asked: bool,
    ended: Option<String>,
    waiting: Vec<Notice>,
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    /// What the witness display shows.
    witness: WitnessView,
}

impl Inner {
    fn forget_prompts(&mut self) {
        let prompt = |n: &Notice| matches!(n, Notice::Message { message } if matches!(**message, FromRoom::Prompt { .. }));
        self.waiting.retain(|n| !prompt(n));
    }
}

/// Hands the call that it is given to the witness display, where one is open, and makes none where none is.
type Shows = Box<dyn Fn(&dyn Fn() -> String) + Send + Sync>;

/// The one shared state of the window.
#[derive(Default)]
pub(crate) struct Relay {
    inner: Mutex<Inner>,
    news: Condvar,
    shows: OnceLock<Shows>,
}

impl Relay {
    /// A panic elsewhere leaves nothing half-written here, so a poisoned lock is taken over.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the witness display is told through this.
    pub(crate) fn shows(&self, shows: Shows) {
        let _only_once = self.shows.set(shows);
    }

    /// The call for what the witness display shows now.
    pub(crate) fn shown(&self) -> String {
        self.lock().witness.call()
    }

    /// Has the witness display show what there is now.
    fn show(&self) {
        if let Some(shows) = self.shows.get() {
            shows(&|| self.shown());
        }
    }

    /// Asks the room for what the first page asks for, which is then answered while the web engine still starts.
    pub(crate) fn asks_early(&self) {
        let asked = [ToRoom::Settings { change: None }, ToRoom::Home].iter().all(|m| self.send(m).is_ok());
        self.lock().asked = asked;
    }

    /// A new page: whatever waited for the one before is dropped, since the new one asks again.
    pub(crate) fn open(&self) -> Opened {
        let mut inner = self.lock();
        inner.page += 1;
        let asked = std::mem::take(&mut inner.asked) && inner.ended.is_none();
        self.news.notify_all();
        let waited = std::mem::take(&mut inner.waiting);
        let notices = if asked { waited } else { Vec::new() };
        Opened { page: inner.page, playing: inner.playing, asked, ended: inner.ended.clone(), notices }
    }

    /// Waits up to `patience` and takes out what there is.
    pub(crate) fn take(&self, page: u64, patience: Duration) -> Notices {
        let (mut inner, _) = self
            .news
            .wait_timeout_while(self.lock(), patience, |i| i.page == page && i.waiting.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        if inner.page != page {
            return Notices { current: false, notices: Vec::new() };
        }
        Notices { current: true, notices: std::mem::take(&mut inner.waiting) }
    }

    /// Somebody closes the window. `false` where a ceremony is played: then the page asks what they mean. A page that has not
    /// heard the last time is none that could ask.
    pub(crate) fn may_close(&self) -> bool {
        let mut inner = self.lock();
        if !inner.playing || inner.waiting.iter().any(|notice| matches!(notice, Notice::Closing)) {
            return true;
        }
        inner.waiting.push(Notice::Closing);
        self.news.notify_all();
        false
    }

    /// Writes one message to the room.
    pub(crate) fn send(&self, message: &ToRoom) -> Result<(), String> {
        let mut inner = self.lock();
        let room = inner.stdin.as_mut().ok_or(words::NOT_RUNNING)?;
        write_line(room, message).map_err(|e| words::not_taken(&e))
    }

    /// A room was started; its number goes with everything its reader delivers.
    pub(crate) fn started(&self, child: Child, stdin: ChildStdin) -> u64 {
        let mut inner = self.lock();
        inner.room += 1;
        inner.ended = None;
        inner.playing = false;
        inner.child = Some(child);
        inner.stdin = Some(stdin);
        inner.room
    }

    /// The room said something. `false` when this room is no longer the current one.
    pub(crate) fn deliver(&self, room: u64, message: FromRoom) -> bool {
        let mut inner = self.lock();
        if inner.room != room {
            return false;
        }
        match &message {
            FromRoom::Run { .. } => inner.playing = true,
            FromRoom::Finished { .. } => inner.playing = false,
            // A question replaces the one before, which may show a row of a share: no more than one ever waits here.
            FromRoom::Prompt { .. } => inner.forget_prompts(),
            _ => {}
        }
        let shows = inner.witness.hears(&message);
        inner.waiting.push(Notice::Message { message: Box::new(message) });
        self.news.notify_all();
        drop(inner);
        if shows {
            self.show();
        }
        true
    }

    /// The reader of this room came to its end.
    pub(crate) fn room_ended(&self, room: u64, why: String) {
        if self.lock().room == room {
            self.ended(why);
        }
    }

    /// There is no room.
    pub(crate) fn ended(&self, why: String) {
        let child = self.close();
        let mut inner = self.lock();
        inner.playing = false;
        // Nobody can answer it any more, and nobody has to see it.
        inner.forget_prompts();
        inner.witness.is_gone();
        inner.ended = Some(why.clone());
        inner.waiting.push(Notice::RoomEnded { why });
        self.news.notify_all();
        drop(inner);
        self.show();
        reap(child);
    }

    /// Closes the pipe, which ends the room, and hands over the process.
    pub(crate) fn close(&self) -> Option<Child> {
        let mut inner = self.lock();
        inner.stdin = None;
        inner.child.take()
    }
}

/// Ends a process that was told to go by its closed pipe; one that does not go within a second is killed.
pub(crate) fn reap(child: Option<Child>) {
    let Some(mut child) = child else { return };
    for _ in 0..20 {
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _already_gone = child.kill();
    let _already_gone = child.wait();
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn hello() -> FromRoom {
        FromRoom::Hello { protocol: 1, version: "0".into() }
    }

    /// What was asked for before there was a page is the first page's; one that is loaded again asks for itself.
    #[test]
    fn the_first_page_finds_the_answers_that_came_before_it() {
        let relay = Relay::default();
        relay.asks_early();
        assert!(!relay.lock().asked, "there is no room to ask");
        relay.lock().asked = true;
        assert!(relay.deliver(0, hello()));
        let first = relay.open();
        assert!(first.asked && first.notices.len() == 1);
        assert!(relay.take(first.page, Duration::ZERO).notices.is_empty());
        assert!(relay.deliver(0, hello()));
        let again = relay.open();
        assert!(!again.asked && relay.take(again.page, Duration::ZERO).notices.is_empty());
    }

    #[test]
    fn a_delivered_message_is_forgotten() {
        let relay = Relay::default();
        let page = relay.open().page;
        assert!(relay.deliver(0, hello()));
        assert_eq!(relay.take(page, Duration::ZERO).notices.len(), 1);
        assert!(relay.take(page, Duration::ZERO).notices.is_empty());
    }

    #[test]
    fn a_window_is_closed_at_once_only_where_nothing_is_played() {
        let relay = Relay::default();
        let page = relay.open().page;
        assert!(relay.may_close());
        relay.lock().playing = true;
        assert!(!relay.may_close());
        // The page hears it, and asks; closed again, it hears it again.
        assert!(matches!(relay.take(page, Duration::ZERO).notices[..], [Notice::Closing]));
        assert!(!relay.may_close());
        // One that does not hear it cannot ask.
        assert!(relay.may_close());
    }

    #[test]
    fn an_earlier_page_takes_nothing() {
        let relay = Relay::default();
        let before = relay.open().page;
        let now = relay.open().page;
        relay.deliver(0, hello());
        assert!(!relay.take(before, Duration::ZERO).current);
        assert_eq!(relay.take(now, Duration::ZERO).notices.len(), 1);
    }

    #[test]
    fn an_earlier_room_is_not_heard() {
        let relay = Relay::default();
        assert!(!relay.deliver(7, hello()));
        relay.room_ended(7, "gone".into());
        assert!(relay.open().ended.is_none());
    }

    pub(crate) fn prompt(id: u64) -> FromRoom {
        let page = format!(
            r#"{{"custodian":"Carla Novak","index":1,"set":"S","needs":"Any 2.","count":3,"rows":7,
            "part":"row","row":{{"number":{id},"text":"ROW {id}"}},"next":null}}"#
        );
        asked(id, &format!(r#"{{"kind":"show-share","page":{page}}}"#))
    }

    /// A question of this kind, as the room writes it.
    pub(crate) fn asked(id: u64, ask: &str) -> FromRoom {
        let person =
            r#"{"id":"kc1","name":"Carla Novak","role":"custodian","roleTitle":"Share custodian","mark":3}"#;
        let step = format!(
            r#"{{"id":"share.1","act":"Back it up","number":10,"of":19,"actor":{person},"confirmer":null,"say":"","why":"",
            "expect":null,"otherwise":null,"irreversible":false,"private":true,"seconds":0}}"#
        );
        let prompt = format!(
            r#"{{"type":"prompt","prompt":{{"id":{id},"key":"share.1/show-share","step":{step},"ask":{ask},
            "begins":false,"signs":null,"watches":[],"locked":null,"round":null,"problem":null,"practice":null,
            "stop":{{"goesOnAt":7,"goesOnWith":"","again":3,"sheets":true,"safeAfter":12}}}}}}"#
        );
        serde_json::from_str(&prompt).unwrap()
    }

    #[test]
    fn no_more_than_one_question_waits_for_a_page_that_does_not_come() {
        let relay = Relay::default();
        relay.deliver(0, hello());
        relay.deliver(0, prompt(1));
        relay.deliver(0, prompt(2));
        assert_eq!(relay.lock().waiting.len(), 2);
        relay.ended("The room's process has ended.".into());
        let page = relay.lock().page;
        let left = relay.take(page, Duration::ZERO).notices;
        assert!(matches!(left.as_slice(), [Notice::Message { .. }, Notice::RoomEnded { .. }]), "{left:?}");
    }

    #[test]
    fn without_a_room_a_message_is_refused() {
        assert!(Relay::default().send(&ToRoom::Home).is_err());
    }
}
