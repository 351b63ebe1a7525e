@SEC0009
Feature: A home that the SM WAN never reaches

  Issue SEC0009: everything that a Hand-Held Terminal can do, with Responses, where there is permanently no SM WAN.

  @REQ-049 @REQ-050 @REQ-059 @I5 @ics-relay @takes-30s
  Scenario: A top-up Command, and its Response returned to the DCC by the Supplier
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £20.00 through the PPMID
    Then the balance of the electricity meter has risen by £20.00, once
    And the Supplier holds the meter's own Response
    And the Response to the electricity meter's Command came within the target response time
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-059 @I5 @ics-relay @takes-65m
  Scenario: An hour in quarantine is the User's wait and not the DCC's
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the Supplier has set a quarantine threshold of no top-ups
    When the Supplier has the electricity meter topped up by £20.00 through the PPMID
    Then the Supplier knows that it is quarantined
    When 60 minutes pass
    And the DCC releases the quarantined request
    Then the Supplier holds the meter's own Response
    And the Response to the electricity meter's Command came within the target response time
    And the balance of the electricity meter has risen by £20.00, once

  @REQ-049 @REQ-050 @REQ-059 @ics-relay @takes-30s
  Scenario: Emergency credit by a signed Command
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the electricity meter has run out of credit
    When the Supplier has the electricity meter's emergency credit activated through the PPMID
    Then the DCC gave the Pre-Command within the target time
    And the emergency credit of the electricity meter is in force
    And the Supplier holds the meter's own Response
    And the Response to the electricity meter's Command came within the target response time

  @REQ-049 @REQ-050 @ics-utrn-internet @takes-31d
  Scenario: With today's hub a UTRN still tops up, and no proof of it ever comes
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And 30 days pass
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier has only the PPMID's word for it

  @REQ-056 @ics-relay @takes-30s
  Scenario: Only the way of delivery differs
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 both ways
    Then the DCC's own Command and the local one are the same octets
    And the PPMID passed the Command on unaltered
