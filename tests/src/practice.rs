//! People who rehearse from Home: they do what the screen offers, compare what they read, and begin a step again where that is
//! offered; the room may end at any moment.

use crate::room::Room;
use protocol::{
    Answer, Ask, Choice, CompareRow, FinishedView, FromRoom, Private, Problem, PromptView, ReadRow, ToRoom,
};
use std::path::Path;

/// The shipped scripts that nothing but a YubiKey of one's own would be missing for: all but those.
pub fn scripts() -> Vec<String> {
    let ceremonies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies");
    let files = std::fs::read_dir(ceremonies).expect("the ceremonies").flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let mut names: Vec<String> =
        texts.filter_map(|text| script::Script::parse(&text).ok()).map(|script| script.name).collect();
    names.retain(|name| !name.contains("yubikey"));
    names.sort();
    names
}

/// The run of the rehearsal that was begun last, where it came that far.
pub fn run(state: &Path) -> Option<String> {
    let folders = std::fs::read_dir(state.join("rehearsal/practice")).into_iter().flatten().flatten();
    let mut folders: Vec<_> = folders.map(|folder| folder.path()).collect();
    folders.sort();
    let text = std::fs::read(folders.last()?.join("practice.json")).ok()?;
    serde_json::from_slice::<serde_json::Value>(&text).ok()?["run"].as_str().map(str::to_owned)
}

/// What people answer who do what the screen offers for practice.
pub fn offered(prompt: &PromptView) -> Option<Answer> {
    let practice = prompt.practice.as_ref()?;
    if let Ask::Compare { value, .. } = &prompt.ask {
        let same = |(a, b): (&ReadRow, &ReadRow)| CompareRow { number: a.number, same: a == b };
        return Some(Answer::Compared { rows: value.rows.iter().zip(&practice.slip).map(same).collect() });
    }
    let text = practice.text.as_ref()?.expose().to_owned();
    match &prompt.ask {
        Ask::File { .. } | Ask::Folder { .. } => Some(Answer::Path { path: text }),
        Ask::Text { .. } => Some(Answer::Text { text }),
        Ask::EnterShare { at_once, .. } if *at_once > 1 => {
            Some(Answer::Rows { rows: text.split(" / ").map(|row| Private::new(row.to_owned())).collect() })
        }
        Ask::NewSecret { .. } | Ask::EnterShare { .. } => Some(Answer::Secret { text: Private::new(text) }),
        Ask::Choose { choices, .. } => {
            Some(Answer::Chosen { id: choices.iter().find(|c| c.title == text)?.id.clone() })
        }
        _ => None,
    }
}

/// Plays until the end, a refusal, or the room's own end, which `ends` asks for at a question.
pub fn until_killed(
    room: &mut Room,
    first: &ToRoom,
    ends: &mut dyn FnMut(&PromptView) -> bool,
) -> Option<Result<FinishedView, Problem>> {
    room.try_send(first);
    loop {
        match room.message_or_end()? {
            FromRoom::Prompt { prompt } => {
                if ends(&prompt) {
                    return None;
                }
                let id = prompt.id;
                let answer = room.answer(prompt, &mut |prompt, _| again(prompt).or_else(|| offered(prompt)));
                room.try_send(&ToRoom::Answer { prompt: id, answer });
            }
            FromRoom::Finished { finished } => return Some(Ok(finished)),
            FromRoom::Refused { problem } => return Some(Err(problem)),
            _ => {}
        }
    }
}

/// Where something failed or was interrupted, what goes on: the step again, where that is offered.
fn again(prompt: &PromptView) -> Option<Answer> {
    let Ask::Decide { choices, .. } = &prompt.ask else { return None };
    let open = |choice: &&Choice| choice.refused.is_none();
    let again = choices.iter().find(|choice| choice.id == "again");
    let chosen = again.or_else(|| choices.iter().find(open))?;
    Some(Answer::Decided { id: chosen.id.clone(), reason: "It was interrupted.".into() })
}
