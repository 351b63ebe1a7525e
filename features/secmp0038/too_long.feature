@SECMP0038
Feature: A Command that is too long for a tunnel

  A meter is handed over to another Supplier by a Command with three certificates and their path: more than the 1500 octets that
  a tunnel carries. Over the SM WAN the DCC cuts it into blocks; a PPMID is given it as one message.

  @REQ-004 @REQ-015 @ics-relay @takes-5h
  Scenario: A Command longer than a tunnel carries: the PPMID says so, and it goes in blocks once the SM WAN is back
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the Users of the DCC are the Supplier and another Supplier
    And the SM WAN has been down for 2 hours
    And the configuration of the electricity meter has been read
    When the Supplier hands the electricity meter over to the other Supplier through the PPMID
    Then the PPMID said that the Command is too long for it, and sent nothing of it
    And the configuration of the electricity meter is what it was
    And the Supplier does not know whether it was delivered
    When the SM WAN comes back
    And the Supplier hands the electricity meter over to the other Supplier over the SM WAN
    Then the Supplier holds the electricity meter's own Response
    And nothing but the Supplier of the electricity meter is another
