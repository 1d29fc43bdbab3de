//! `write-certificates`: the custodians' certificates go to the online team, with the command that downloads the security
//! domain.

use crate::cloud::words::byok_problem;
use crate::domain::kept::{certificate, turns};
use crate::domain::{online_team, words};
use byok::bundle::BundleFile;
use byok::security_domain::download_command;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage};
use script::{Hands, Reach, Row};

/// Writes the certificates.
pub(crate) struct WriteCertificates;

static ROW: Row = Row {
    name: "write-certificates",
    needs: &[&super::CUSTODIAN_KEYS],
    states: &[&facts::WRITTEN_TO_MEDIUM, &facts::HANDED_OVER_FOLDER],
    hands: Hands::Two,
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for WriteCertificates {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (mut files, mut sums) = (Vec::new(), Vec::new());
        for turn in turns(cue.plan) {
            let name = format!("custodian-{turn}.cer");
            let bytes = certificate(&*stage, turn)?.ok_or_else(out_of_order)?;
            sums.push(format!("{}  {name}", stage.need(&facts::CUSTODIAN_THUMBPRINT.of(turn))?));
            files.push(BundleFile { name, bytes });
        }
        let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        let (hsm, quorum) = (cue.plan.value("hsm-name"), usize::from(cue.plan.number("quorum")));
        let command = download_command(hsm, &names, quorum).map_err(|e| byok_problem(&e))?;
        let text = words::how_to_download(cue.plan, hsm, &command, &sums);
        files.push(BundleFile { name: "DOWNLOAD.txt".to_owned(), bytes: text.into_bytes() });
        files.sort_by(|a, b| a.name.cmp(&b.name));
        online_team::hand_to(cue, stage, "certificates", &files)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        online_team::made(past)
    }
}
