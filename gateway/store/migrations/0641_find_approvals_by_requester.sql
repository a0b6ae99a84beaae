-- Who leaves an account asks for nothing there any more (ID-27).
CREATE INDEX approval_of_requester ON gateway.approval (requester_id, approval_id)
    WHERE state = 'PENDING' AND requester_id IS NOT NULL AND approval_id IS NOT NULL;
