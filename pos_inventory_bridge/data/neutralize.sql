-- A copy of the database talks to no till and posts nothing by itself.
DELETE FROM pos_bridge_token;
UPDATE pos_bridge_integration SET automatic = false, state = 'draft';
UPDATE pos_bridge_outlet SET state = 'inactive';
UPDATE pos_bridge_transfer SET state = 'cancelled' WHERE state IN ('queued', 'running');
UPDATE pos_bridge_migration SET state = 'cancelled' WHERE state = 'running';
