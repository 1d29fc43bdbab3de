/** What people come to Home for, and the ceremonies that do it, by the scripts' names. `npm test` holds them to what ships. */
export const GROUPS: readonly { title: string; says: string; scripts: readonly string[] }[] = [
  { title: 'Make a key', says: 'A new key in an HSM, with its backup, or on YubiKeys.', scripts: ['master-key-hsm', 'master-key-yubikey'] },
  { title: 'Bring a key to a cloud', says: 'A new key with its backup, wrapped for one provider; and what comes back from it.', scripts: ['byok-aws', 'byok-azure', 'byok-google', 'byok-other', 'byok-plan', 'rewrap', 'byok-receipt'] },
  { title: 'Try a backup', says: 'A backup that nobody ever tried is a hope. Nothing is changed.', scripts: ['drill', 'check-shares', 'custody-check'] },
  { title: 'Recover, replace, destroy', says: 'A key came to harm, a custodian leaves, or a key has had its time.', scripts: ['recover', 'change-custodian', 'back-up-again', 'destroy'] },
  { title: 'Put on record', says: 'An emergency, the state of a key, what became of something due, a device that leaves.', scripts: ['break-glass', 'key-state', 'review', 'decommission'] },
  { title: 'Keep a Managed HSM restorable', says: 'The security domain of an Azure Managed HSM, and the people who can bring it back.', scripts: ['managed-hsm-security-domain', 'managed-hsm-quorum-test', 'managed-hsm-restore'] },
  { title: 'Look after the workstation', says: 'Enrol its people, try an HSM, and practise.', scripts: ['commission-workstation', 'token-check', 'rehearsal-minimal'] },
];

/** Where a ceremony stands that no group names. */
export const OTHERS = { title: 'Other ceremonies', says: '' };
