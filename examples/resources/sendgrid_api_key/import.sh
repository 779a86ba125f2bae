# By the key's id, the part of the key between its two dots. It is looked for in
# the provider's account.
terraform import sendgrid_api_key.newsletter ynfH3dkkSYfdvQRKIjcP5Q

# By account and id, whatever the provider's account is.
terraform import sendgrid_api_key.shop shop-subuser/mNp4q7TzTfCvWbXyUe1KsA
terraform import sendgrid_api_key.partner 'account-id 42/x0Zq8Lh2Q5yRkDnE3wJvTg'
