"""One output (`--out`): the only door through which a run lists, commits, derives and looks back.

The order of a run:

    output = open_output(uri)                       # StoreError: missing parent, no permission; made if absent
    work = Work(schema=schema, fingerprint=fingerprint, run_id=run_id, settings={...}, policy=policy)
    output.check(work)                              # StoreError(exit_code=2): the output holds another schema version
    listed = output.listed(work)                    # what earlier runs have listed, to spare hashing
    if listed.has(location, version): ...           # nothing to hash; still a candidate (document_id=None is fine)
    plan = output.plan(work, candidates, force=..., retry_failed=...)   # commits the list; joins and resumes others' shards
    for shard in plan.shards:                       # only those still to do, those of this list first
        if output.is_done(shard): continue          # another run was faster
        outcomes = [pack(outcome) for each entry in shard.entries]      # `flows.parts.pack`, best in the worker process
        output.commit(work, shard, outcomes)        # False: another run committed it first, ours is dropped
        output.derive(work)                         # light: only what is missing or older; also once at the end
    output.write_run(run_id, "summary.json", {...})

Nothing above `flows.store` knows whether the output is a folder or a bucket.
"""
