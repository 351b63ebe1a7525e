@SECMP0038
Feature: A top-up of which nothing is heard

  It may have been credited all the same. So it is not sent again: the Supplier asks the meter for its log of top-ups, by
  whichever way opens first, and until a proof has come the top-up stays open.

  @REQ-015 @I4b @ics-relay @takes-3h
  Scenario: It stays open while no way is open, and the meter's Response settles it when the SM WAN is back
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that loses what the PPMID answers
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    And the balance of the electricity meter has risen by £10.00, once
    When the SM WAN comes back
    Then the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome
