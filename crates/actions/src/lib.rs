//! What can be done in a ceremony: one file an action, in folders by what people handle. A folder has the nouns that its
//! actions share, its materials, slots and obligations, and the words that people read. An action imports no action, and
//! a folder imports only those before it in the list below.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

pub mod backup;
pub mod cloud;
pub mod copies;
pub mod domain;
pub mod drill;
pub mod earlier;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod key;
pub mod people;
pub mod plan;
pub mod provider;
pub mod record;
pub mod recover;
pub mod report;
pub mod room;
pub mod share;
pub mod token;
pub mod yubikey;

mod stand_in;
mod words;

pub use stand_in::{First, Prepared, StandIn};

use engine::{Action, How, Repertoire, Rule, WayBack};

/// Everything that can be played: one line an action. Nobody in this crate imports it.
pub static REPERTOIRE: Repertoire =
    Repertoire { actions: ACTIONS, rules: RULES, ways_back: WAYS_BACK, documents: report::for_the_pack };

static ACTIONS: &[&dyn Action] = &[
    &room::preflight::Preflight,
    &room::attend::Attend,
    &room::workstation::CheckWorkstation,
    &room::roles::ReadRoles,
    &room::medium::TryMedium,
    &people::enrol::EnrolPerson,
    &people::write_roster::WriteRoster,
    &token::open::OpenToken,
    &token::write_report::ReportToken,
    &token::self_test::SelfTest,
    &token::validation::ReadValidation,
    &token::signing_key::SigningKey,
    &cloud::read_wrapping_key::ReadWrappingKey,
    &cloud::compare::CompareWrappingKey,
    &key::generate::GenerateKey,
    &backup::wrap::WrapBackup,
    &backup::split::SplitBackup,
    &backup::give::GiveShare,
    &backup::rebuild::RebuildBackup,
    &backup::seal::SealKey,
    &cloud::wrap_for_cloud::WrapForCloud,
    &cloud::write::WriteBundle,
    &plan::read::ReadPlan,
    &plan::routes::TestPlanRoutes,
    &plan::compare::ComparePlanKeys,
    &plan::make::MakePlanKeys,
    &plan::wrap_backup::WrapPlanBackup,
    &plan::rebuild::RebuildPlanBackup,
    &plan::wrap::WrapPlanKeys,
    &plan::seal::SealPlanKeys,
    &plan::open_again::OpenPlanBackup,
    &plan::wrap_again::WrapPlanBackupAgain,
    &plan::rebuild_again::RebuildPlanBackupAgain,
    &drill::open::OpenBackup,
    &drill::bring::BringShare,
    &drill::prove::ProveBackup,
    &drill::check::CheckShares,
    &drill::reseal::Reseal,
    &drill::certify::CertifyDrill,
    &recover::restore::RestoreKey,
    &recover::replicate::ReplicateKey,
    &recover::find::FindKey,
    &recover::wrap_again::WrapBackupAgain,
    &cloud::wrap_again::WrapAgainForCloud,
    &copies::settle_old_sheets::SettleOldSheets,
    &copies::destroy_old_sheets::DestroyOldSheets,
    &copies::open::OpenCopies,
    &copies::account::AccountCopies,
    &copies::shred_sheets::ShredSheets,
    &copies::destroy_key::DestroyKey,
    &copies::shred_rest::ShredRest,
    &copies::certify::CertifyDestruction,
    &yubikey::find::FindYubiKey,
    &yubikey::set_up::SetUpYubiKey,
    &yubikey::make_key::MakeYubiKeyKey,
    &yubikey::sign::SignWithYubiKey,
    &domain::make_custodian_key::MakeCustodianKey,
    &domain::write_certificates::WriteCertificates,
    &domain::read::ReadSecurityDomain,
    &domain::open_share::OpenDomainShare,
    &domain::test_quorum::TestQuorum,
    &domain::read_exchange::ReadExchangeCertificate,
    &domain::seal::SealRestoreBlob,
    &domain::write_blob::WriteRestoreBlob,
    &cloud::open_bundle::OpenBundle,
    &cloud::read_receipt::ReadReceipt,
    &record::declared::RecordDeclared,
    &record::kept::keep::KeepRegister,
    &record::kept::export::WriteExports,
    &provider::state::ReadProviderState,
    &provider::stop::WriteStopInstructions,
    &room::agree::Agree,
    &room::close::Close,
];

/// What actions need from outside in a rehearsal that plays by itself, in the order in which it is made.
pub static STAND_INS: &[&dyn StandIn] = &[
    &cloud::stand_in::BundleMedium,
    &room::stand_in::Medium,
    &token::validation::PracticeValidation,
    &people::stand_in::Passphrases,
    &cloud::stand_in::WrappingKey,
    &plan::stand_in::MixedPlan,
    &earlier::stand_in::EarlierBackup,
    &cloud::stand_in::EarlierImport,
    &cloud::stand_in::Receipt,
    &provider::stand_in::ProviderStateFile,
    &provider::stand_in::StopMedium,
    &record::kept::stand_in::PracticeTable,
    &record::kept::stand_in::ExportMedium,
    &domain::stand_in::CustodianMedia,
    &domain::stand_in::OnlineTeam,
    &domain::stand_in::Download,
    &domain::stand_in::CustodianKeys,
    &domain::stand_in::NewHsm,
    &domain::stand_in::BlobMedium,
];

static RULES: &[&dyn Rule] = &[
    &token::rules::HostMemoryWasAgreed,
    &plan::rules::PlanFilled,
    &drill::rules::PlanDrilled,
    &copies::rules::AskedFor,
    &key::rules::SameKeyThroughout,
    &plan::rules::PlanInPack,
    &yubikey::rules::MadeOnItsYubiKey,
    &copies::rules::NotedOfEach,
    &share::rules::BagsGoToTheirSites,
    &token::rules::WayWasFound,
    &token::validation::ValidationIsTheFiles,
    &key::rules::PairHasPublicHalf,
    &earlier::signer::SignerWasCompared,
    &earlier::rules::OpenedWhatWasMeant,
];

static WAYS_BACK: &[WayBack] = &[
    WayBack {
        decision: "back",
        title: backup::words::MAKE_ANEW,
        note: backup::words::SHEETS_BECOME_VOID,
        because: backup::words::MADE_ANEW,
        from: &backup::BACKUP_KEY,
        how: How::Anew { until: &backup::PROVEN_BACKUP },
    },
    WayBack {
        decision: "parameters",
        title: cloud::words::READ_OTHERS,
        note: cloud::words::COMPARED_AGAIN,
        because: cloud::words::OTHERS_ARE_READ,
        from: &cloud::PARAMETERS,
        how: How::Detour { last: &cloud::COMPARED_KEY, until: &cloud::BUNDLE },
    },
];
