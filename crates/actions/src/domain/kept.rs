//! What was made or read before, from the run's own copies.

use crate::cloud::words::byok_problem;
use crate::domain::CUSTODIAN_KEYS;
use byok::security_domain::{self, SecurityDomain};
use engine::{Keep, KeepRecord, Recall as _};
use protocol::Problem;
use script::Plan;

/// The custodians' turns, where this ceremony makes their keys.
pub(in crate::domain) fn turns(plan: &Plan) -> Vec<u8> {
    plan.steps.iter().filter(|s| s.action.makes(&CUSTODIAN_KEYS)).map(|s| s.turn).collect()
}

/// The certificate made for this turn, PEM.
pub(in crate::domain) fn certificate(
    stage: &(impl KeepRecord + Keep + ?Sized),
    turn: u8,
) -> Result<Option<Vec<u8>>, Problem> {
    stage.newest(&facts::CUSTODIAN_CERTIFICATE.of(turn)).map(|name| stage.kept(&name)).transpose()
}

/// The security domain that was read.
pub(in crate::domain) fn security_domain(
    stage: &(impl KeepRecord + Keep + ?Sized),
) -> Result<SecurityDomain, Problem> {
    let bytes = stage.kept(&stage.need(&facts::SECURITY_DOMAIN_FILE)?)?;
    SecurityDomain::read(&bytes).map_err(|e| byok_problem(&e))
}

/// The exchange certificate that was read, and its SHA-256.
pub(in crate::domain) fn exchange(
    stage: &(impl KeepRecord + Keep + ?Sized),
) -> Result<(Vec<u8>, [u8; 32]), Problem> {
    let bytes = stage.kept(&stage.need(&facts::EXCHANGE_CERTIFICATE_FILE)?)?;
    let thumbprint = security_domain::thumbprint(&bytes).map_err(|e| byok_problem(&e))?;
    Ok((bytes, thumbprint))
}
