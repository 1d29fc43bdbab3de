//! Which token an address means. Addresses as `p11tool` and `pkcs11-tool` print them name no module: the modules in the
//! usual places are then asked, each in a process of its own, and the only token that fits is taken.

use super::{modules, words};
use protocol::Problem;
use std::fmt;
use std::path::{Path, PathBuf};
use tokens::probe::Report;
use tokens::{TokenError, TokenInfo, TokenUri};

/// A token's address with its module.
pub(crate) struct Address {
    pub(crate) module: PathBuf,
    pub(crate) which: TokenUri,
}

/// The address written anew, with the module's path.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.which.fmt(f)
    }
}

impl Address {
    fn of(module: PathBuf, which: TokenUri) -> Self {
        Self { which: TokenUri { module_path: Some(module.clone()), module_name: None, ..which }, module }
    }
}

/// Who wrote an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenBy {
    /// Whoever started the program: a module of any path is loaded.
    Operator,
    /// The page, or the record of a run, which anybody may have written: only listed modules are.
    Anybody,
}

/// Reads an address, and finds its module where it names none. The text itself is neither kept nor repeated. A module is
/// tried in a process of its own before this one loads it, and one that may not run is not even tried.
pub(crate) fn resolved(
    text: &str,
    by: WrittenBy,
    listed: &[PathBuf],
    may_run: &dyn Fn(&Path) -> Result<(), Problem>,
) -> Result<Address, Problem> {
    let which: TokenUri = text.parse().map_err(|e: TokenError| words::token_address(&e))?;
    if let Some(module) = which.module_path.clone() {
        if by == WrittenBy::Anybody && !modules::is_among(&module, listed) {
            return Err(words::module_not_listed(&module.display()));
        }
        may_run(&module)?;
        modules::report_of(&module).map_err(|why| words::module_unusable(&why))?;
        return Ok(Address::of(module, which));
    }
    let named: Vec<PathBuf> = listed.iter().filter(|m| which.may_be_in(m)).cloned().collect();
    let asked = named.into_iter().map(|module| {
        let may = may_run(&module).map_err(|problem| format!("{}: {}", module.display(), problem.happened));
        let report = may.and_then(|()| modules::report_of(&module));
        (module, report)
    });
    one_of(which, &asked.collect::<Vec<_>>())
}

/// The only token that fits in any of the modules.
fn one_of(which: TokenUri, asked: &[(PathBuf, Result<Report, String>)]) -> Result<Address, Problem> {
    let mut fit: Vec<(&Path, &TokenInfo)> = Vec::new();
    let (mut differs, mut there) = (None, Vec::new());
    for (module, report) in asked {
        match report {
            Ok(report) => {
                match tokens::chosen(&which, &report.tokens, &report.module) {
                    Ok(token) => fit.push((module, token)),
                    // Several of one module stay several.
                    Err(TokenError::SeveralFit { .. }) => {
                        let fitting = report.tokens.iter().filter(|t| t.initialised && which.names(t));
                        fit.extend(fitting.map(|t| (module.as_path(), t)));
                    }
                    Err(e @ TokenError::OtherToken { .. }) => differs = Some(e),
                    Err(_) => {}
                }
                if report.tokens.is_empty() {
                    there.push(format!("{}: no token", module.display()));
                }
                there.extend(report.tokens.iter().map(|t| format!("{}: {t}", module.display())));
            }
            Err(why) => there.push(why.clone()),
        }
    }
    match fit.as_slice() {
        [(module, _)] => {
            let module = module.to_path_buf();
            Ok(Address::of(module, which))
        }
        [] => match differs {
            Some(e) => Err(words::another_token(&which, &e, &there)),
            None if asked.is_empty() => Err(words::no_module(&which)),
            None => Err(words::no_token_fits(&which, &there)),
        },
        several => {
            let uris: Vec<String> = several.iter().map(|(module, token)| token.uri(module)).collect();
            Err(words::several_fit(&which, &uris))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::unnecessary_wraps, reason = "tests")]
mod tests {
    use super::*;
    use tokens::ModuleInfo;

    fn token(label: &str, serial: &str) -> TokenInfo {
        TokenInfo {
            slot: 1,
            label: label.to_owned(),
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: serial.to_owned(),
            firmware: "2.6".to_owned(),
            initialised: true,
            pin_pad: false,
        }
    }

    fn module(tokens: Vec<TokenInfo>) -> Result<Report, String> {
        let text = || "SoftHSM".to_owned();
        Ok(Report {
            module: ModuleInfo { manufacturer: text(), description: text(), version: text() },
            tokens,
        })
    }

    fn found(address: &str) -> Result<String, Problem> {
        let asked = vec![
            (PathBuf::from("/a.so"), module(vec![token("records", "01"), token("spare", "02")])),
            (PathBuf::from("/b.so"), module(vec![token("spare", "03")])),
            (PathBuf::from("/c.so"), Err("/c.so: the module crashed.".to_owned())),
        ];
        one_of(address.parse().unwrap(), &asked).map(|a| a.to_string())
    }

    #[test]
    fn an_address_without_a_module_takes_the_only_token_that_fits() {
        let whole = "pkcs11:token=records;serial=01;manufacturer=SoftHSM%20project;model=SoftHSM%20v2?module-path=/a.so";
        let printed =
            "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=01;token=records%20%20%20";
        assert_eq!(found(printed).unwrap(), whole);
        assert_eq!(
            found("pkcs11:token=spare;serial=03").unwrap(),
            "pkcs11:token=spare;serial=03?module-path=/b.so"
        );
    }

    #[test]
    fn what_is_there_is_listed_where_nothing_or_more_than_one_fits() {
        let none = found("pkcs11:token=other").unwrap_err();
        let detail = none.detail.unwrap();
        for there in
            ["/a.so: \"records\"", "\"01\"", "/b.so: \"spare\"", "SoftHSM v2", "/c.so: the module crashed"]
        {
            assert!(detail.contains(there), "{detail}");
        }
        let several = found("pkcs11:token=spare").unwrap_err();
        assert!(several.happened.starts_with("2 tokens fit"), "{}", several.happened);
        assert!(several.detail.unwrap().contains("pkcs11:token=spare;serial=03?module-path=/b.so"));
        let other = found("pkcs11:token=records;model=Luna").unwrap_err();
        assert!(
            other.happened.contains("Luna") && other.happened.contains("SoftHSM v2"),
            "{}",
            other.happened
        );
    }
}
