//! `read-security-domain`: the security domain that the online team downloaded is carried in.

use crate::cloud::words::byok_problem;
use crate::domain::{kept, words};
use byok::security_domain::SecurityDomain;
use engine::{Action, Cue, Halt, KeepRecord, Made, Outcome, Past, Recall as _, Room, Stage};
use protocol::Problem;
use script::{Plan, Reach, Row, sha256_hex};
use store::read_outside;
use transcript::FileDigest;

/// Larger than any security domain file, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Reads a security domain.
pub(crate) struct ReadSecurityDomain;

static ROW: Row = Row {
    name: "read-security-domain",
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&super::SECURITY_DOMAIN],
    opens: &[&super::QUORUM_TESTED],
    states: &[
        &facts::SECURITY_DOMAIN_SHA256,
        &facts::SECURITY_DOMAIN_NEEDS,
        &facts::SECURITY_DOMAIN_CERTIFICATES,
        &facts::SECURITY_DOMAIN_PARTS,
        &facts::SECURITY_DOMAIN_FILE,
    ],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for ReadSecurityDomain {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let mut problem = None;
        let (bytes, read) = loop {
            let path = stage.file_of_medium(words::WHICH_DOMAIN, &["json"], problem.take())?;
            let tried = read_outside(&path, LARGEST).and_then(|bytes| {
                let read = SecurityDomain::read(&bytes).map_err(|e| byok_problem(&e))?;
                fits(cue.plan, &*stage, &read).map(|()| (bytes, read))
            });
            match tried {
                Ok(read) => break read,
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let kept = format!("security-domain-{}.json", stage.past().entries.len());
        stage.keep(&kept, &bytes)?;
        let sha256 = sha256_hex(&bytes);
        let thumbprints: Vec<String> = read.thumbprints().map(|t| script::hex(t)).collect();
        let parts: Vec<String> = read.tags().map(str::to_owned).collect();
        let needs = words::needs(read.required(), read.custodians());
        Ok(Outcome::new()
            .file(FileDigest::of(kept.as_str(), &bytes))
            .showing(words::domain(&sha256, &needs, parts.len()))
            .fact(&facts::SECURITY_DOMAIN_SHA256, sha256)
            .fact(&facts::SECURITY_DOMAIN_NEEDS, needs)
            .fact(&facts::SECURITY_DOMAIN_CERTIFICATES, thumbprints)
            .fact(&facts::SECURITY_DOMAIN_PARTS, parts)
            .fact(&facts::SECURITY_DOMAIN_FILE, kept))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        let sha256 = past.newest(&facts::SECURITY_DOMAIN_SHA256);
        Made::agreed(words::SECURITY_DOMAIN, sha256).into_iter().collect()
    }
}

/// Refuses a security domain that is not for the certificates made here, or that these custodians cannot open.
fn fits(plan: &Plan, record: &(impl KeepRecord + ?Sized), read: &SecurityDomain) -> Result<(), Problem> {
    let turns = kept::turns(plan);
    if turns.is_empty() {
        let opening = plan.steps.iter().filter(|s| s.action.makes(&super::DOMAIN_SHARES)).count();
        if (read.required()..=read.custodians()).contains(&opening) {
            return Ok(());
        }
        return Err(words::other_number_of_custodians(read.required(), read.custodians(), opening));
    }
    let mut ours: Vec<String> =
        turns.iter().filter_map(|turn| record.newest(&facts::CUSTODIAN_THUMBPRINT.of(turn))).collect();
    let mut theirs: Vec<String> = read.thumbprints().map(|t| script::hex(t)).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    if ours != theirs {
        return Err(words::security_domain_of_others());
    }
    if read.required() != usize::from(plan.number("quorum")) {
        return Err(words::other_quorum(read.required()));
    }
    Ok(())
}
