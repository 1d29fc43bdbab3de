//! Wrapping the master key for AWS KMS, and handing a bundle for any cloud over on a medium.

use super::route::Way;
use super::{aws, byok_problem, expected, key, key_plan, noted, out_of_order, token_problem};
use crate::cloud::{Order, token_recipe};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::{Planned, day};
use crate::store::{make_folder, write_new};
use ::byok::bundle::{Bundle, BundleFile, Rotation};
use ::byok::provider::Import as _;
use protocol::Problem;
use secrets::SecretBytes;
use std::path::{Path, PathBuf};
use transcript::{Draft, FileDigest, Kind, Level, count};

/// What the token will have to do for the cloud, where the script wraps for one. The wrapping key's size is not known
/// yet; it decides whether a key fits, not how it is wrapped.
pub(super) fn planned_recipe(engine: &Engine<'_>) -> Result<Option<tokens::Recipe>, Problem> {
    const LARGEST: u16 = 4096;
    let wraps = |action: &str| engine.plan.steps.iter().any(|s| s.action.name == action);
    if wraps("wrap-for-cloud") {
        // Found now, while there is no key yet.
        Order::expiry(&engine.plan.values, (engine.now)())?;
        return Order::of(&engine.plan.values)?.token_recipe().map(Some);
    }
    if !wraps("wrap-for-aws") {
        return Ok(None);
    }
    expiry(engine)?;
    let (key, algorithm) = (key::aws_spec(engine)?.key_type(), aws::algorithm(engine)?);
    let row = ::byok::table::look_up(::byok::Target::AwsKms, key, algorithm, LARGEST);
    row.map_err(|e| byok_problem(&e)).and_then(|row| token_recipe(row.recipe)).map(Some)
}

/// Wraps a throw-away key for a disposable wrapping key on the same path and opens it on the host.
fn self_test(
    token: &mut dyn tokens::Token,
    way: Way,
    (spec, key): (tokens::KeySpec, ::byok::KeyType),
    recipe: ::byok::Recipe,
    bits: u16,
) -> Result<(), Problem> {
    self_test_with(token, way, (spec, key), recipe, bits, &mut |_, _| Ok(())).map(|_| ())
}

/// The same, and something more with the key while it is in the token; gives the key as it came out, which is of exactly
/// the form that a provider takes.
pub(super) fn self_test_with(
    token: &mut dyn tokens::Token,
    way: Way,
    (spec, key): (tokens::KeySpec, ::byok::KeyType),
    recipe: ::byok::Recipe,
    bits: u16,
    more: &mut dyn FnMut(&mut dyn tokens::Token, tokens::Handle) -> Result<(), Problem>,
) -> Result<SecretBytes, Problem> {
    let disposable = ::byok::Disposable::generate(bits).map_err(|e| byok_problem(&e))?;
    let throwaway = token.generate_throwaway(spec).map_err(|e| token_problem(&e))?;
    let wrapped = token_recipe(recipe)
        .and_then(|r| way.wrap(token, &throwaway, disposable.spki(), r))
        .and_then(|wrapped| more(token, throwaway.handle).map(|()| wrapped));
    let destroyed = token.destroy(throwaway.handle);
    let opened = disposable.unwrap(recipe, &wrapped?.blob).map_err(|e| byok_problem(&e))?;
    destroyed.map_err(|e| token_problem(&e))?;
    let right = tokens::check_value_of(spec, opened.expose()).is_some_and(|v| v == throwaway.check_value);
    if !right {
        return Err(route_lies());
    }
    match key.check_material(opened.expose()) {
        Ok(()) => Ok(opened),
        Err(e) => Err(form_lies(&e)),
    }
}

/// A key that opens, and to the right key, but not in the form that a provider takes.
fn form_lies(e: &::byok::ByokError) -> Problem {
    Problem::new(
        "self-test-failed",
        format!("A throw-away key wrapped on this route came out in a form that a provider may refuse: {e}."),
        "The master key was not wrapped.",
        "Use another token or another wrapping algorithm.",
    )
}

pub(super) fn route_lies() -> Problem {
    Problem::new(
        "self-test-failed",
        "A throw-away key wrapped on this route does not come out as it went in.",
        "The master key was not wrapped.",
        "Use another token or another wrapping algorithm.",
    )
}

/// Until when AWS keeps the material: the parameter `expiry` is `never` or a day, whose first second is meant.
fn expiry(engine: &Engine<'_>) -> Result<Option<i64>, Problem> {
    /// AWS takes at most 365 days.
    const LONGEST: i64 = 365 * 24 * 3600;
    let text = engine.plan.value("expiry");
    if text == "never" {
        return Ok(None);
    }
    let now = (engine.now)();
    match day(text) {
        Some(at) if at > now && at <= now + LONGEST => Ok(Some(at)),
        _ => Err(Problem::new(
            "expiry-out-of-range",
            format!("AWS KMS does not take the expiry {text:?}: it has to lie ahead, by at most 365 days."),
            "Nothing was made or wrapped at this step.",
            "Give the ceremony up and begin it with another expiry.",
        )),
    }
}

/// What the wrapping gave.
struct Made {
    master: tokens::KeyFacts,
    wrapped: tokens::Wrapped,
}

pub(super) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let aws_spec = key::aws_spec(engine)?;
    let spec = key::token_spec(aws_spec);
    let algorithm = aws::algorithm(engine)?;
    let parameters = aws::parameters(engine)?;
    let now = (engine.now)();
    parameters.check_fresh(now).map_err(|e| byok_problem(&e))?;
    let expiry = expiry(engine)?;
    let recipe = parameters.recipe(aws_spec.key_type(), algorithm).map_err(|e| byok_problem(&e))?;
    let label = engine.fact("key-label").ok_or_else(out_of_order)?;
    let recorded = engine.fact("check-value").unwrap_or_default();
    let way = Way::recorded(engine, "cloud-route");
    let approved = way.approved(engine, step)?;
    let doing = "Testing the route on a throw-away key, then wrapping";
    let Made { master, wrapped } = engine.work(step, doing, "5 to 30 seconds", |token| {
        self_test(token, way, (spec, aws_spec.key_type()), recipe, parameters.wrapping_key.bits())?;
        let master = token.find(&label).map_err(|e| token_problem(&e))?.ok_or_else(out_of_order)?;
        if master.check_value != recorded {
            return Err(super::another_key());
        }
        let wrapped = way.wrap(token, &master, parameters.wrapping_key.spki(), token_recipe(recipe)?)?;
        Ok(Made { master, wrapped })
    })?;
    let made_at = aws::utc(now);
    let files = parameters
        .files(&Bundle {
            key: aws_spec.key_type(),
            algorithm,
            blob: &wrapped.blob,
            rung: wrapped.rung.word(),
            check_value: &master.check_value,
            public_key: master.public_key.as_deref(),
            proof: None,
            expiry,
            rehearsal: engine.plan.mode == protocol::Mode::Rehearsal,
            made_at: &made_at,
            ceremony: &engine.run,
            rotation: Rotation::First,
        })
        .map_err(|e| byok_problem(&e))?;
    ::byok::bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "rung", wrapped.rung.word())
        .fact(Level::Public, "wrapped-check-value", master.check_value.as_str())
        .fact(Level::Public, "expiry", engine.plan.value("expiry"))
        .fact(
            Level::Public,
            "route-self-test",
            "a throw-away key wrapped on the same route came out unchanged",
        );
    let draft = Way::recorded_in(draft, approved, spec);
    let draft = keep(engine, draft, &files)?;
    let facts = vec![
        expected("Check value of what was wrapped", &recorded, &master.check_value),
        noted("Route", wrapped.rung.word()),
        noted("Files written and read back", files.len().to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Writes the bundle into a new folder of the run, and names the folder and each file in the draft.
pub(super) fn keep(engine: &Engine<'_>, draft: Draft, files: &[BundleFile]) -> Result<Draft, Problem> {
    let folder = format!("bundle-{}", engine.journal.head().entries);
    make_folder(&engine.folder.join(&folder))?;
    let mut draft = draft.fact(Level::Internal, "bundle-folder", folder.as_str());
    for file in files {
        write_new(&engine.folder.join(&folder).join(&file.name), &file.bytes)?;
        draft = draft.file(FileDigest::of(format!("bundle/{}", file.name), &file.bytes));
    }
    Ok(draft)
}

/// The bundle's files exactly as the record of the wrapping names them, sorted by name.
fn kept(engine: &Engine<'_>) -> Result<Vec<BundleFile>, Problem> {
    let names = engine.recorded_files().into_keys();
    let of_bundle = names.filter_map(|n| n.strip_prefix("bundle/").map(str::to_owned));
    of_bundle.map(|name| Ok(BundleFile { bytes: engine.kept(&format!("bundle/{name}"))?, name })).collect()
}

pub(super) fn write(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    if key_plan::is_meant(engine) {
        return key_plan::write(engine, step);
    }
    let files = kept(engine)?;
    // What left the wrapping step is what is handed over.
    ::byok::bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    let name = format!("{}-bundle-{}", engine.plan.mode.word(), engine.run);
    let mut problem = None;
    let dest = loop {
        let path = engine.folder_of_medium(
            step,
            "Into which folder of the medium is the bundle written?",
            &[&name],
            problem.take(),
        )?;
        match is_medium(engine, &path).and_then(|()| hand_over(&path, &name, &files)) {
            Ok(dest) => break dest,
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let draft = Draft::new(Kind::Outcome)
        .fact(
            Level::Public,
            "written-to-medium",
            count(files.len(), "file", "files") + ", read back from the medium",
        )
        .fact(Level::Internal, "medium-folder", dest.display().to_string());
    let facts = vec![
        noted("Written to", dest.display().to_string()),
        noted("Files read back from the medium", files.len().to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// In production the bundle goes to a medium that the system shows as one: a folder of this disk leaves no room.
pub(super) fn is_medium(engine: &Engine<'_>, path: &Path) -> Result<(), Problem> {
    let real = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_owned());
    let on_medium = || engine.media.roots().iter().any(|root| real(path).starts_with(real(root)));
    if engine.plan.mode == protocol::Mode::Rehearsal || on_medium() {
        return Ok(());
    }
    Err(Problem::new(
        "not-a-medium",
        format!("{} is not on a removable medium.", path.display()),
        "Nothing was written.",
        "Put a medium in and choose a folder on it. Where the system mounts media elsewhere, start the program with \
         --media FOLDER.",
    ))
}

/// Writes the files into a new folder of the medium and reads each back from the medium itself. A folder of that name
/// that is there already is taken as ours only where it holds these very files: a crash came before the record.
pub(super) fn hand_over(medium: &Path, name: &str, files: &[BundleFile]) -> Result<PathBuf, Problem> {
    let dest = medium.join(name);
    crate::store::is_folder(medium)?;
    if dest.exists() {
        return match super::receipt::bundle_in(&dest) {
            Ok(there) if there == files => {
                for file in files {
                    crate::store::read_again(&dest.join(&file.name), &file.bytes)?;
                }
                Ok(dest)
            }
            _ => Err(crate::store::disk(&dest, &std::io::ErrorKind::AlreadyExists.into())),
        };
    }
    crate::store::whole_folder(&dest, |partial| {
        for file in files {
            write_new(&partial.join(&file.name), &file.bytes)?;
            crate::store::read_again(&partial.join(&file.name), &file.bytes)?;
        }
        Ok(())
    })?;
    Ok(dest)
}
