-- A copy of the database talks to no till and posts nothing by itself.
DELETE FROM pos_bridge_token;
UPDATE pos_bridge_integration SET automatic = false, state = 'draft';
UPDATE pos_bridge_outlet SET state = 'inactive';
UPDATE pos_bridge_transfer SET state = 'cancelled'
 WHERE state IN ('queued', 'running', 'paused');
UPDATE pos_bridge_migration SET state = 'cancelled'
 WHERE state IN ('running', 'paused');
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE model = 'ir.cron'
                 AND module LIKE 'pos\_inventory\_bridge%');
