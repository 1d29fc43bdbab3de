//! Dice as a third source of randomness: what people threw, checked for what no honest dice give.
//!
//! The checks find throws that were made up or misread. They cannot show that dice were thrown, nor that nobody watched:
//! the throws are mixed with two other sources, so a bad third one takes nothing away.

use crate::backup::words;
use aws_lc_rs::digest::{Context, SHA256};
use engine::words::not_an_answer;
use engine::{AskPeople, Cue, Halt};
use protocol::{Answer, Ask, Mode, Problem};
use secrets::{SecretBytes, SecretText};

/// How many throws are asked for: 100 fair ones carry 258 bits.
const FEWEST: usize = 100;
/// More than anybody types.
const MOST: usize = 1000;
/// The same face so often in a row comes once in a million honest series of a hundred.
const LONGEST_RUN: usize = 11;
/// Chi-squared with five degrees of freedom is above this once in a million times.
const UNEVEN: usize = 36;
/// What is hashed with the throws, so that the digest is good for nothing else.
const PURPOSE: &[u8] = b"cofferdam dice v1";

/// What a rehearsal proposes as throws.
const PRACTICE_DICE: &str =
    "3511462632415263146526153421365412646351323641562514632516424353126114655236142351646325413625514236";

/// Why throws are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// At this place, counted from 1 without spaces, stands no face of a die.
    NoFace(usize),
    /// So many throws, and more are needed.
    TooFew(usize),
    /// So many throws, and nobody makes so many.
    TooMany(usize),
    /// One face comes this often in a row.
    Run(usize),
    /// Some faces come far more often than others.
    Uneven,
    /// The series repeats itself after so many throws.
    Repeats(usize),
    /// No locked memory.
    Memory,
}

impl Fault {
    /// The same as a refusal.
    fn problem(self) -> Problem {
        words::dice_refused(&match self {
            Self::NoFace(at) => words::no_face(at),
            Self::TooFew(n) => words::too_few(n, FEWEST),
            Self::TooMany(n) => words::too_many(n, MOST),
            Self::Run(n) => words::one_face(n),
            Self::Uneven => words::UNEVEN.to_owned(),
            Self::Repeats(n) => words::repeats(n),
            Self::Memory => words::NO_LOCKED_MEMORY.to_owned(),
        })
    }
}

/// What came of the throws.
pub(crate) struct Thrown {
    /// SHA-256 of the throws: 32 bytes.
    pub(crate) digest: SecretBytes,
    /// How many there were.
    pub(crate) throws: usize,
}

/// The throws of the dice, where the plan asks for them.
pub(crate) fn thrown(cue: Cue<'_>, people: &mut (impl AskPeople + ?Sized)) -> Result<Option<Thrown>, Halt> {
    if cue.plan.value("dice") != "yes" {
        return Ok(None);
    }
    let mut problem = None;
    loop {
        let ask = Ask::NewSecret {
            name: cue.step.actor.name.clone(),
            what: words::WHAT_THE_DICE_SHOW.to_owned(),
            rule: words::so_many_throws(FEWEST),
            hint: (cue.plan.mode == Mode::Rehearsal).then(|| PRACTICE_DICE.to_owned()),
        };
        let Answer::Secret { text } = people.ask(ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let text = SecretText::new(text.into_text()).map_err(engine::words::memory)?;
        match read(&text) {
            Ok(thrown) => return Ok(Some(thrown)),
            Err(fault) => problem = Some(fault.problem()),
        }
    }
}

/// Takes throws as people type them: digits 1 to 6, in any grouping by spaces, commas, dashes or dots.
fn read(text: &SecretText) -> Result<Thrown, Fault> {
    let memory = |_| Fault::Memory;
    let mut faces = SecretBytes::copied_from(&vec![0; text.expose().len().max(1)]).map_err(memory)?;
    let mut count = 0;
    let typed = text.expose().chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '-' | '.'));
    for (at, c) in typed.enumerate() {
        let face = c.to_digit(10).filter(|d| (1..=6).contains(d)).ok_or(Fault::NoFace(at + 1))?;
        if let Some(place) = faces.expose_mut().get_mut(at) {
            *place = u8::try_from(face).unwrap_or_default();
        }
        count = at + 1;
    }
    let faces = faces.expose().get(..count).unwrap_or_default();
    checked(faces)?;
    let mut hash = Context::new(&SHA256);
    hash.update(PURPOSE);
    hash.update(faces);
    let digest = SecretBytes::copied_from(hash.finish().as_ref()).map_err(memory)?;
    Ok(Thrown { digest, throws: count })
}

fn checked(faces: &[u8]) -> Result<(), Fault> {
    let n = faces.len();
    if n < FEWEST {
        return Err(Fault::TooFew(n));
    }
    if n > MOST {
        return Err(Fault::TooMany(n));
    }
    let run = faces.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0);
    if run >= LONGEST_RUN {
        return Err(Fault::Run(run));
    }
    // Half of the throws have to be compared, or chance alone would look like a pattern.
    for every in 1..=n - FEWEST / 2 {
        let same = faces.iter().zip(faces.iter().skip(every)).filter(|(a, b)| a == b).count();
        if same * 10 >= (n - every) * 6 {
            return Err(Fault::Repeats(every));
        }
    }
    // Chi-squared times 6n, so that whole numbers do.
    let spread: usize = (1..=6)
        .map(|face| faces.iter().map(|f| usize::from(*f == face)).sum::<usize>())
        .map(|seen| (6 * seen).abs_diff(n))
        .map(|off| off * off)
        .sum();
    if spread > UNEVEN * 6 * n { Err(Fault::Uneven) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use script::sha256;

    fn text(s: &str) -> SecretText {
        SecretText::new(s.to_owned()).unwrap()
    }

    fn fault(s: &str) -> Fault {
        read(&text(s)).err().unwrap()
    }

    /// Throws that are the same in every run: honest dice, too, are refused once in some hundred thousand series, and a
    /// test that fails once in some hundred runs is of no use.
    fn series(seed: u32, throws: usize) -> String {
        let blocks = (0_u32..).map(|n| sha256(&[seed.to_be_bytes(), n.to_be_bytes()].concat()));
        // 252 is the largest multiple of six.
        let faces = blocks.flatten().filter(|byte| *byte < 252).map(|byte| char::from(b'1' + byte % 6));
        faces.take(throws).collect()
    }

    fn honest(throws: usize) -> String {
        series(0, throws)
    }

    #[test]
    fn honest_dice_are_taken_in_any_grouping() {
        for seed in 0..2000 {
            let throws = series(seed, FEWEST);
            let taken = read(&text(&throws)).unwrap();
            assert_eq!(taken.throws, FEWEST);
            let grouped: String = throws.chars().flat_map(|c| [c, ' ']).collect();
            assert!(read(&text(&grouped)).unwrap().digest.same_as(taken.digest.expose()));
        }
    }

    #[test]
    fn every_throw_counts() {
        let throws = honest(FEWEST);
        let one = read(&text(&throws)).unwrap();
        let other = if throws.starts_with('1') { "2" } else { "1" };
        let changed = other.to_owned() + &throws[1..];
        assert!(!read(&text(&changed)).unwrap().digest.same_as(one.digest.expose()));
    }

    #[test]
    fn what_no_dice_give_is_named() {
        assert_eq!(fault(&honest(FEWEST - 1)), Fault::TooFew(99));
        assert_eq!(fault(&honest(MOST + 1)), Fault::TooMany(1001));
        assert_eq!(fault(&(honest(12) + "7" + &honest(FEWEST))), Fault::NoFace(13));
        assert_eq!(fault(&(honest(12) + "x")), Fault::NoFace(13));
        assert_eq!(fault(""), Fault::TooFew(0));
        assert_eq!(fault(&"123456".repeat(20)), Fault::Repeats(6));
        assert_eq!(fault(&"1".repeat(100)), Fault::Run(100));
        assert!(matches!(fault(&(honest(90) + &"4".repeat(12))), Fault::Run(12..)));
        let series = honest(25);
        assert!(matches!(fault(&series.repeat(5)), Fault::Repeats(_)));
        // Only three of the faces ever come.
        let lazy: String = honest(120).chars().map(|c| if c > '3' { '2' } else { c }).collect();
        assert!(matches!(fault(&lazy), Fault::Uneven | Fault::Repeats(_) | Fault::Run(_)));
    }
}
