//! Clouds other than AWS: reading the wrapping key that a provider made, and wrapping the master key under it.

use super::route::Way;
use super::{aws, bundle, byok_problem, expected, noted, out_of_order, token_problem};
use crate::cloud::Order;
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use ::byok::proof::{Proof, ProofKind};
use ::byok::provider::{self, Import, Input};
use ::byok::{ByokError, Target, of};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use protocol::{Answer, Ask, Fact, Problem, Verdict};
use secrets::SecretBytes;
use transcript::{Draft, FileDigest, Kind, Level};

/// The wrapping key of the trial before there is a master key, in bits: the smallest that any provider hands out.
pub(super) const TRIAL_BITS: u16 = 2048;
/// A nonce for trials, as long as a provider's: 12 bytes.
const TRIAL_NONCE: &[u8; 12] = b"a trial only";

/// What people stated beside the file.
#[derive(Default)]
struct Answers {
    /// What counts now, by the ask's name; none where the answer means that it does not apply.
    stated: Vec<(&'static str, Option<String>)>,
    /// What was answered for an earlier file, to be offered again.
    before: Vec<(&'static str, String)>,
}

impl Answers {
    fn has(&self, name: &str) -> bool {
        self.stated.iter().any(|(n, _)| *n == name)
    }

    fn ask(
        &mut self,
        engine: &mut Engine<'_>,
        step: &Planned,
        ask: &provider::Ask,
        mut problem: Option<Problem>,
    ) -> Result<(), Halt> {
        let none = ask.none;
        let earlier = self.before.iter().find(|(n, _)| *n == ask.name).map(|(_, text)| text.clone());
        let question = match none {
            Some(none) => format!("{} Answer {none:?} where it is not.", ask.question),
            None => ask.question.to_owned(),
        };
        loop {
            let text = Ask::Text {
                question: question.clone(),
                example: ask.example.to_owned(),
                suggested: earlier.clone().or_else(|| none.map(str::to_owned)),
            };
            let Answer::Text { text } = engine.ask(step, text, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let text = ::byok::cleaned(&text).to_owned();
            self.before.retain(|(n, _)| *n != ask.name);
            self.before.push((ask.name, text.clone()));
            self.stated.retain(|(n, _)| *n != ask.name);
            let applies = !none.is_some_and(|none| ::byok::same_word(none, &text));
            self.stated.push((ask.name, Some(text).filter(|_| applies)));
            return Ok(());
        }
    }

    fn for_library(&self) -> Vec<(&str, &str)> {
        self.stated.iter().filter_map(|(n, v)| Some((*n, v.as_deref()?))).collect()
    }
}

fn read(
    target: Target,
    name: &str,
    bytes: &[u8],
    stated: &[(&str, &str)],
) -> Result<Box<dyn Import>, ByokError> {
    of(target).read(&Input { file_name: name, bytes, stated })
}

/// Reads the file with what people state: first what is always asked, then what this file does not say.
fn read_with_people(
    engine: &mut Engine<'_>,
    step: &Planned,
    target: Target,
    answers: &mut Answers,
    (name, bytes): (&str, &[u8]),
) -> Result<Result<Box<dyn Import>, ByokError>, Halt> {
    let asks = of(target).asks();
    answers.stated.clear();
    for ask in asks.iter().filter(|a| a.needed || a.none.is_some()) {
        answers.ask(engine, step, ask, None)?;
    }
    loop {
        let tried = read(target, name, bytes, &answers.for_library());
        let (what, problem) = match &tried {
            Err(ByokError::StatedMissing { what, .. }) if !answers.has(what) => (*what, None),
            Err(e @ (ByokError::StatedMalformed { what, .. } | ByokError::StatedMissing { what, .. })) => {
                (*what, Some(byok_problem(e).can_try_again()))
            }
            _ => return Ok(tried),
        };
        let Some(ask) = asks.iter().find(|a| a.name == what) else { return Ok(tried) };
        answers.ask(engine, step, ask, problem)?;
    }
}

fn file(
    engine: &mut Engine<'_>,
    step: &Planned,
    target: Target,
    mut problem: Option<Problem>,
) -> Result<(String, Vec<u8>), Halt> {
    loop {
        let path = engine.file_of_medium(
            step,
            &format!("Which file holds the wrapping key from {target}?"),
            of(target).extensions(),
            problem.take(),
        )?;
        // What the file is comes before any question about what is in it.
        let right = |bytes: Vec<u8>| of(target).fits(&bytes).map(|()| bytes).map_err(|e| byok_problem(&e));
        match aws::read(&path).and_then(right) {
            Ok(bytes) => {
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
                return Ok((name, bytes));
            }
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

pub(super) fn read_wrapping_key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let order = Order::of(&engine.plan.values)?;
    let mut answers = Answers::default();
    let mut problem = None;
    let (name, bytes, import) = loop {
        let (name, bytes) = file(engine, step, order.target, problem.take())?;
        let tried = read_with_people(engine, step, order.target, &mut answers, (&name, &bytes))?;
        let now = (engine.now)();
        let expiry = Order::expiry(&engine.plan.values, now)?;
        let believed = tried.and_then(|import| {
            import.check_times(now)?;
            import.check_before(order.key, order.row.algorithm, expiry, now)?;
            Ok(import)
        });
        match believed {
            Ok(import) => break (name, bytes, import),
            Err(e) => problem = Some(byok_problem(&e).can_try_again()),
        }
    };
    let extension = of(order.target).extensions().iter().find(|e| name.to_ascii_lowercase().ends_with(*e));
    // Each reading has its own file, so that a key that was replaced stays in the record.
    let entries = engine.journal.head().entries;
    let kept = format!("wrapping-key-{entries}.{}", extension.unwrap_or(&"dat"));
    write_new(&engine.folder.join(&kept), &bytes)?;
    let stated = of(order.target).normal(&answers.for_library()).map_err(|e| byok_problem(&e))?;
    let until = import.valid_to().map_or("no end that was stated".to_owned(), aws::utc);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "target", order.target.to_string())
        .fact(Level::Public, "cloud-key", import.called())
        .fact(Level::Public, "wrapping-key-sha256", crate::digest::hex(&import.wrapping_key().fingerprint()))
        .fact(Level::Public, "wrapping-key-bits", import.wrapping_key().bits())
        .fact(Level::Public, "valid-to-utc", until.as_str())
        .fact(Level::Public, "wrapping-algorithm", order.row.algorithm)
        .fact(Level::Public, "recipe", order.row.recipe.to_string())
        .fact(Level::Public, "prepared", pairs(import.shown()))
        .fact(Level::Public, "stated-by-the-operator", pairs(stated))
        .fact(Level::Internal, "parameters-file", kept.as_str())
        .fact(Level::Internal, "parameters-name", name)
        .file(FileDigest::of(kept, &bytes));
    let mut facts: Vec<Fact> = import.shown().into_iter().map(|(name, value)| noted(name, value)).collect();
    facts.push(noted("Wrapping key", format!("RSA, {} bits", import.wrapping_key().bits())));
    facts.push(noted("Valid until", until));
    if import.fixed_algorithm().is_some() {
        facts.push(noted("Wrapping algorithm", order.row.algorithm));
    } else {
        facts.push(not_provable(
            "Wrapping algorithm, which the reply does not say",
            Some(order.row.algorithm.to_owned()),
            "compare with the online team's slip",
        ));
    }
    facts.push(not_provable(
        &format!("That {} made this wrapping key", order.target),
        None,
        &format!("cannot be proven offline: {}", import.origin()),
    ));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

fn pairs<V: Into<serde_json::Value>>(list: Vec<(&str, V)>) -> serde_json::Value {
    list.into_iter().map(|(n, v)| (n.to_owned(), v.into())).collect::<serde_json::Map<_, _>>().into()
}

fn not_provable(name: &str, expected: Option<String>, observed: &str) -> Fact {
    Fact { name: name.to_owned(), expected, observed: observed.to_owned(), verdict: Verdict::NotProvable }
}

/// Whether the script takes in a wrapping key by this file's action, not AWS's.
pub(super) fn is_meant(engine: &Engine<'_>) -> bool {
    engine.plan.steps.iter().any(|s| s.action.name == "read-wrapping-key")
}

/// What was read and compared, from the run's own copy; with the copy itself.
pub(super) fn import(engine: &Engine<'_>) -> Result<(Box<dyn Import>, Vec<u8>), Problem> {
    let order = Order::of(&engine.plan.values)?;
    let kept = engine.fact("parameters-file").ok_or_else(out_of_order)?;
    let name = engine.fact("parameters-name").unwrap_or_default();
    let bytes = engine.kept(&kept)?;
    let stated = engine.fact_value("stated-by-the-operator").unwrap_or_default();
    let stated: Vec<(&str, &str)> = stated
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(n, v)| Some((n.as_str(), v.as_str()?)))
        .collect();
    let import = read(order.target, &name, &bytes, &stated).map_err(|e| byok_problem(&e))?;
    // The copy has to be what two people compared.
    let fingerprint = crate::digest::hex(&import.wrapping_key().fingerprint());
    let same = |fact: &str, found: &str| engine.fact(fact).as_deref() == Some(found);
    if same("wrapping-key-sha256", &fingerprint) && same("cloud-key", import.called()) {
        return Ok((import, bytes));
    }
    Err(Problem::new(
        "parameters-changed",
        "The stored wrapping key is not the one that was read.",
        "Nothing was wrapped.",
        "Stop: somebody changed the run's folder. Begin a new ceremony.",
    ))
}

/// What the token made to show the provider that it unwrapped the right key.
pub(super) enum Made {
    Nothing,
    Sealed { iv: [u8; 12], sealed: Vec<u8> },
    Digest([u8; 32]),
}

impl Made {
    /// By the token, with a key in it; `nonce` is what some providers want sealed.
    pub(super) fn by(
        token: &mut dyn tokens::Token,
        key: tokens::Handle,
        target: Target,
        nonce: &[u8],
    ) -> Result<Self, Problem> {
        Ok(match of(target).proof() {
            ProofKind::SealedNonce => {
                let mut iv = [0; 12];
                SystemRandom::new().fill(&mut iv).map_err(|_| {
                    byok_problem(&ByokError::ProofMissing("fresh random bytes for the nonce under the key"))
                })?;
                let sealed = token.seal(key, &iv, nonce).map_err(|e| token_problem(&e))?;
                Self::Sealed { iv, sealed }
            }
            ProofKind::KeySha256 => Self::Digest(token.digest(key).map_err(|e| token_problem(&e))?),
            ProofKind::Nothing => Self::Nothing,
        })
    }

    /// Whether it is what this computer makes with the same key.
    fn is_right(&self, key: &SecretBytes, nonce: &[u8]) -> bool {
        self.proof().is_none_or(|proof| proof.is_of(key, nonce))
    }

    pub(super) fn proof(&self) -> Option<Proof<'_>> {
        match self {
            Self::Nothing => None,
            Self::Sealed { iv, sealed } => Some(Proof::SealedNonce { iv, sealed }),
            Self::Digest(digest) => Some(Proof::KeySha256(digest)),
        }
    }
}

/// Tries on a throw-away key, before there is a master key, what this provider wants beside the wrapped key. Gives what
/// was shown; none where the provider wants nothing.
pub(super) fn try_proof(engine: &mut Engine<'_>, step: &Planned, way: Way) -> Result<Option<Fact>, Halt> {
    if !engine.plan.steps.iter().any(|s| s.action.name == "wrap-for-cloud") {
        return Ok(None);
    }
    let order = Order::of(&engine.plan.values)?;
    if of(order.target).proof() == ProofKind::Nothing {
        return Ok(None);
    }
    let doing = "Trying what shows the provider that the right key arrived";
    let tried = engine.work(step, doing, "a few seconds", |token| route_test(token, way, &order, TRIAL_BITS));
    match tried {
        Ok(()) => {
            let shown = "offered: the token's is what this computer makes with the same key";
            Ok(Some(noted("What shows the provider that the right key arrived", shown)))
        }
        // Said as the other routes are: it is this token that cannot.
        Err(Halt::Problem(p)) if p.code == "token-refused" => Err(Problem::new(
            "no-route",
            format!("{} wants a proof of the key that this token cannot make. {}", order.target, p.happened),
            "No key was made.",
            "Use another token, or another provider.",
        )
        .into()),
        Err(other) => Err(other),
    }
}

/// Wraps a throw-away key on the route, opens it on this computer, and holds what the provider wants beside it against
/// this computer's own.
pub(super) fn route_test(
    token: &mut dyn tokens::Token,
    way: Way,
    order: &Order,
    bits: u16,
) -> Result<(), Problem> {
    let spec = crate::cloud::token_spec(order.key).ok_or_else(out_of_order)?;
    let target = order.target;
    let mut made = Made::Nothing;
    let opened =
        bundle::self_test_with(token, way, (spec, order.key), order.row.recipe, bits, &mut |token, key| {
            made = Made::by(token, key, target, TRIAL_NONCE)?;
            Ok(())
        })?;
    if made.is_right(&opened, TRIAL_NONCE) { Ok(()) } else { Err(bundle::route_lies()) }
}

pub(super) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let order = Order::of(&engine.plan.values)?;
    let (import, _) = import(engine)?;
    let now = (engine.now)();
    import.check_fresh(now).map_err(|e| byok_problem(&e))?;
    let expiry = Order::expiry(&engine.plan.values, now)?;
    let row =
        import.check_before(order.key, order.row.algorithm, expiry, now).map_err(|e| byok_problem(&e))?;
    let nonce = import.nonce().unwrap_or_default().to_vec();
    let label = engine.fact("key-label").ok_or_else(out_of_order)?;
    let recorded = engine.fact("check-value").unwrap_or_default();
    let recipe = order.token_recipe()?;
    let (bits, spki) = (import.wrapping_key().bits(), import.wrapping_key().spki());
    let way = Way::recorded(engine, "cloud-route");
    let approved = way.approved(engine, step)?;
    let doing = "Testing the route on a throw-away key, then wrapping";
    let (master, wrapped, made) = engine.work(step, doing, "5 to 30 seconds", |token| {
        route_test(token, way, &order, bits)?;
        let master = token.find(&label).map_err(|e| token_problem(&e))?.ok_or_else(out_of_order)?;
        if master.check_value != recorded {
            return Err(super::another_key());
        }
        let wrapped = way.wrap(token, &master, spki, recipe)?;
        let made = Made::by(token, master.handle, order.target, &nonce)?;
        Ok((master, wrapped, made))
    })?;
    let made_at = aws::utc(now);
    let files = import
        .files(&::byok::bundle::Bundle {
            key: order.key,
            algorithm: row.algorithm,
            blob: &wrapped.blob,
            rung: wrapped.rung.word(),
            check_value: &master.check_value,
            public_key: master.public_key.as_deref(),
            proof: made.proof(),
            expiry,
            rehearsal: engine.plan.mode == protocol::Mode::Rehearsal,
            made_at: &made_at,
            ceremony: &engine.run,
            rotation: ::byok::bundle::Rotation::First,
        })
        .map_err(|e| byok_problem(&e))?;
    ::byok::bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "rung", wrapped.rung.word())
        .fact(Level::Public, "wrapped-check-value", master.check_value.as_str())
        .fact(Level::Public, "wrapped-for", order.target.to_string())
        .fact(Level::Public, "expiry", expiry.map_or("never".to_owned(), aws::utc))
        .fact(
            Level::Public,
            "route-self-test",
            "a throw-away key wrapped on the same route came out unchanged",
        );
    let draft = Way::recorded_in(draft, approved, master.spec);
    let draft = bundle::keep(engine, draft, &files)?;
    let facts = vec![
        expected("Check value of what was wrapped", &recorded, &master.check_value),
        noted("Route", wrapped.rung.word()),
        noted("Files written and read back", files.len().to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
