@UTRN-INTERNET
Feature: Whom a hub serves follows its device log

  The device log of the hub says who may use the HAN. A device that is struck off (CCS02) is sent away, and its link key
  is of no use any more; listed again (CCS01), it comes back under the link key that the hub keeps of former devices.

  @REQ-026 @PP-016 @I2d @ics-utrn-internet @takes-1h
  Scenario: A PPMID that is struck off is on the HAN no more, and tops up again once it is listed again
    Given a prepayment home with an electricity meter
    And the SM WAN is up
    When the Supplier has the hub's device log cleared of the PPMID over the SM WAN
    Then the Supplier holds the hub's own Response
    And the hub has sent the PPMID away
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID is off the HAN
    And the PPMID asks to be let in again
    And the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    And the balance of the electricity meter has not moved
    When the Supplier has the hub's told of the PPMID over the SM WAN
    And 5 minutes pass
    Then the hub has let the PPMID in again
    When the Supplier sends a UTRN of £20.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £20.00, once

  @REQ-026 @I2d @ics-utrn-internet @ics-gas @takes-2h
  Scenario: A PPMID that stays though it is struck off tops no gas meter up
    Given a prepayment home with a gas meter
    And a PPMID that stays when its hub sends it away
    And the SM WAN is up
    When the Supplier has the hub's device log cleared of the PPMID over the SM WAN
    Then the hub has sent the PPMID away
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And 40 minutes pass
    Then the hub passed nothing to the gas meter of what it had struck off
    And the balance of the gas meter has not moved
