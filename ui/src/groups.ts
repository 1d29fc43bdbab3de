/** What people come to Home for, and the ceremonies that do it, by the scripts' names. `npm test` holds them to what ships. */
export const GROUPS: readonly { title: string; says: string; scripts: readonly string[] }[] = [
  { title: 'Make a key', says: 'A new key in an HSM, with its backup, or on YubiKeys.', scripts: ['master-key-hsm', 'master-key-yubikey'] },
  { title: 'Bring a key to a cloud', says: 'A new key with its backup, wrapped for one provider; and what comes back from it.', scripts: ['byok-aws', 'byok-azure', 'byok-google', 'byok-other', 'byok-plan', 'rotate', 'reimport', 'rewrap', 'byok-receipt', 'provider-state'] },
  { title: 'Try a backup', says: 'A backup that nobody ever tried is a hope. Nothing is changed.', scripts: ['drill', 'check-shares', 'custody-check'] },
  { title: 'Recover, replace, destroy', says: 'A key came to harm, a custodian leaves, or a key has had its time.', scripts: ['recover', 'replicate', 'hsm-replacement', 'change-custodian', 'change-plan-custodians', 'back-up-again', 'destroy'] },
  { title: 'Put on record', says: 'An emergency, the state or the days of a key, somebody who leaves, a bag, medium or device that moves, what became of something due.', scripts: ['break-glass', 'compromise', 'key-state', 'cryptoperiod', 'leaver', 'bag-moved', 'medium', 'review', 'decommission'] },
  { title: 'Keep what a hospital has to show', says: 'Which systems hold patients’ data, under which agreements and policies, what was decided of safeguards, and what an incident was.', scripts: ['keep-systems', 'keep-agreements', 'keep-policies', 'keep-safeguards', 'keep-answers', 'breach-worksheet', 'export'] },
  { title: 'Talk an emergency through', says: 'A story is read aloud, the room decides, and what was missing becomes due. No key is touched.', scripts: ['tabletop-lost-share', 'tabletop-custodians-ill', 'tabletop-leaked-role', 'tabletop-provider-outage', 'tabletop-rng-advisory', 'tabletop-torn-bag'] },
  { title: 'Keep a Managed HSM restorable', says: 'The security domain of an Azure Managed HSM, and the people who can bring it back.', scripts: ['managed-hsm-security-domain', 'managed-hsm-quorum-test', 'managed-hsm-restore'] },
  { title: 'Look after the workstation', says: 'Enrol its people, try an HSM, and practise.', scripts: ['commission-workstation', 'approve-script', 'token-check', 'validation-record', 'rehearsal-minimal'] },
];

/** Where a ceremony stands that no group names. */
export const OTHERS = { title: 'Other ceremonies', says: '' };
