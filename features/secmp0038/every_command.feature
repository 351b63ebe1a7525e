@SECMP0038
Feature: Every Command of prepayment and supply, by either way

  Not the top-up alone: whatever a prepayment customer's Supplier may have to do at a meter is one Command, the same
  octets whether the SM WAN brings it or the PPMID. While the SM WAN is down the PPMID's copy goes to the meter, and its
  Response comes back that way; when the SM WAN is back, the DCC's own copy comes after.

  @REQ-004 @REQ-008 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-5h
  Scenario Outline: The <meter>'s top-up, by one Command on both ways
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter> topped up by £10.00 both ways
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the <meter> unaltered
    And the balance of the <meter> has risen by £10.00, once
    And the Supplier holds the meter's own Response
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the balance of the <meter> has not moved
    And the Supplier's record shows one outcome

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-004 @REQ-008 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @takes-3h
  Scenario Outline: The electricity meter's <service>, by one Command on both ways
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's <service> both ways
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the Supplier holds the meter's own Response
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

    Examples: The Supplier signs it
      | service                          |
      | balance adjusted                 |
      | balance reset                    |
      | payment mode set to credit       |
      | payment mode set to prepayment   |
      | prepayment configuration updated |
      | debt updated                     |
      | clock set                        |
      | supply disabled                  |
      | supply enabled                   |
      | join to the PPMID undone         |
      | join to the PPMID made           |

    Examples: The Supplier does not sign it
      | service                               |
      | message displayed                     |
      | old readings hidden from a new tenant |
      | privacy PIN disabled                  |
      | prepayment registers read             |
      | debt payments read                    |
      | prepayment credits read               |
      | prepayment configuration read         |
      | daily prepayment log read             |
      | balance read                          |
      | payment mode read                     |
      | supply status read                    |
      | list of joined devices read           |
      | firmware version read                 |

  @REQ-004 @REQ-008 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-5h
  Scenario Outline: The gas meter's <service>, by one Command on both ways
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the gas meter's <service> both ways
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the gas meter unaltered
    And the Supplier holds the meter's own Response
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

    Examples: The Supplier signs it
      | service                          |
      | balance adjusted                 |
      | balance reset                    |
      | payment mode set to credit       |
      | payment mode set to prepayment   |
      | prepayment configuration updated |
      | debt updated                     |
      | clock set                        |
      | supply disabled                  |
      | join to the PPMID undone         |
      | join to the PPMID made           |

    Examples: The Supplier does not sign it
      | service                       |
      | message displayed             |
      | privacy PIN disabled          |
      | prepayment registers read     |
      | debt payments read            |
      | prepayment credits read       |
      | prepayment configuration read |
      | daily prepayment log read     |
      | balance read                  |
      | payment mode read             |
      | supply status read            |
      | join to the gas proxy made    |
      | list of joined devices read   |
      | firmware version read         |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-8h
  Scenario Outline: The <meter>'s emergency credit activated when it has run out of credit, by one Command on both ways
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the <meter> has run out of credit
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s emergency credit activated both ways
    Then the Supplier holds the meter's own Response
    And the emergency credit of the <meter> is in force
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-8h
  Scenario Outline: The <meter>'s supply disabled through the PPMID, and armed by one Command on both ways
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s supply disabled through the PPMID
    Then the Supplier holds the meter's own Response
    And the supply of the <meter> is disabled
    When the Supplier has the <meter>'s supply armed both ways
    Then the Supplier holds the meter's own Response
    And the supply of the <meter> is armed
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the supply of the <meter> is armed

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-8h
  Scenario Outline: What the state of the <meter> does not allow, it refuses: <service>
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s <service> both ways
    Then the PPMID passed the Command on unaltered
    And the PPMID passed the Response back unaltered
    And the Supplier holds the meter's own refusal
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

    Examples:
      | meter             | service                      |
      | electricity meter | emergency credit activated   |
      | electricity meter | supply armed                 |
      | gas meter         | emergency credit activated   |
      | gas meter         | supply armed                 |
      | gas meter         | join to the gas proxy undone |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-8h
  Scenario Outline: The <meter>'s emergency credit that has run out is not activated again
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the <meter> has used £10.00 of £10.00 of emergency credit
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s emergency credit activated through the PPMID
    Then the PPMID passed the Command on unaltered
    And the PPMID passed the Response back unaltered
    And the Supplier holds the meter's own refusal

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @ics-relay @takes-3h
  Scenario Outline: What the hub itself is asked, its <service>, by one Command on both ways
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the hub's <service> both ways
    Then the PPMID passed the Command on unaltered
    And the hub answered the Command for its device log and radio itself
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier holds the hub's own Response
    And the Supplier's record shows one outcome

    Examples:
      | service                    |
      | device log read            |
      | device log backed up       |
      | told of the PPMID          |
      | sub-GHz configuration read |
      | sub-GHz channel read       |
      | sub-GHz channel log read   |
      | event log read             |
      | security log read          |

  @REQ-004 @REQ-012 @REQ-014 @REQ-015 @REQ-056 @PP-001 @PP-002 @ics-relay @ics-gas @takes-4h
  Scenario Outline: What the hub's gas proxy is asked, its <service>, by one Command on both ways
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the gas proxy's <service> both ways
    Then the PPMID passed the Command on unaltered
    And the hub answered the Command for its gas proxy itself
    And the Supplier holds the gas proxy's own Response
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

    Examples:
      | service                               |
      | prepayment registers read             |
      | old readings hidden from a new tenant |

  @REQ-004 @REQ-014 @ics-own-commands @takes-5m
  Scenario Outline: What the PPMID itself is asked over the SM WAN, its <service>
    Given a prepayment home with an electricity meter
    And the SM WAN is up
    When the Supplier has the PPMID's <service> over the SM WAN
    Then the Supplier holds the PPMID's own Response
    And the Supplier's record shows one outcome

    Examples:
      | service                     |
      | list of joined devices read |
      | firmware version read       |

  @REQ-004 @REQ-014 @ics-relay @ics-own-commands @takes-5h
  Scenario Outline: What the PPMID itself is asked through itself, its <service>, proves nothing to the Supplier
    Given a prepayment home with an electricity meter
    And the SM WAN has been down for 2 hours
    When the Supplier has the PPMID's <service> through the PPMID
    Then the DCC was told of the local delivery
    And the Supplier does not know whether it was delivered

    Examples:
      | service                     |
      | list of joined devices read |
      | firmware version read       |
